/** Explainers whose maps depend on how a network is drawn: batch norm is folded before they explain. */
import { expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { explainers, reduceChannels, relevance } from "../../src/explain/index.js";
import { foldGraph } from "../../src/fold/index.js";
import { prepare } from "../../src/measures/bench.js";
import { evaluateMeasures } from "../../src/measures/index.js";
import {
  batchNorm,
  conv2d,
  dense,
  flatten,
  groupNorm,
  type Layer,
  leakyRelu,
  relu,
  sequential,
} from "../../src/model/build.js";
import { initialise, type Model } from "../../src/model/model.js";
import { random } from "../../src/tensor/index.js";
import { data, split, trained } from "./fixtures.js";

const shape = [1, 5, 4] as const;
const stream = random("pixels");
const rows = Array.from({ length: 6 }, () => Array.from({ length: 20 }, () => stream.uniform()));

/** A network whose norm has shifts and scales of both signs. */
function model(middle: readonly Layer[]): Model {
  const made = initialise(
    sequential(
      [...shape],
      [
        conv2d({ id: "conv", filters: 4, kernel: 3 }),
        ...middle,
        flatten(),
        dense({ id: "dense", units: 3 }),
      ],
    ),
    random(3),
  );
  const draw = random("norm");
  const parameters = Object.fromEntries(
    Object.entries(made.parameters).map(([key, value]) => [
      key,
      /gamma|beta|runningMean/.test(key)
        ? { ...value, data: value.data.map(() => draw.uniform(-1, 1)) }
        : value,
    ]),
  );
  return { ...made, parameters };
}

const normed = model([relu({ id: "relu" }), batchNorm({ id: "norm" })]);
const evaluate = (of: Model, measures: readonly string[]) =>
  evaluateMeasures(trained(of, data(3, split(shape, rows, [0, 1, 2, 0, 1, 2]))), {
    measures,
    explained: 6,
  }).results;

test("LRP is that of the folded model, and a state says so", () => {
  const of = trained(normed, data(3, split(shape, rows, [0, 1, 2, 0, 1, 2])));
  const bench = prepare(of, 6);
  const found = bench.maps("lrpEpsilonPlus");
  const folded = session(foldGraph(normed).model);
  const { values } = explainers.lrpEpsilonPlus.explain(folded, bench.batch);
  expect("maps" in found && found.maps.map(({ map }) => map)).toEqual(
    reduceChannels(values, "sum"),
  );
  const { states, images } = evaluate(normed, ["sparseness/lrpEpsilonPlus"])[
    "sparseness/lrpEpsilonPlus"
  ];
  expect(states).toEqual({ allZero: 0, notFinite: 0, singleValue: 0, folded: 6 });
  expect(images?.every((score) => score !== null)).toBe(true);
});

test("as it is drawn: LRP with the norm as an affine map of its own, no state; gradients as ever", () => {
  const of = trained(normed, data(3, split(shape, rows, [0, 1, 2, 0, 1, 2])), { graph: "asDrawn" });
  const bench = prepare(of, 6);
  const found = bench.maps("lrpEpsilonPlus");
  const options = { composite: "epsilonPlus", batchNorm: "affine" } as const;
  const { values } = relevance(session(normed), bench.batch, options);
  const maps = "maps" in found ? found.maps.map(({ map }) => map) : [];
  expect(maps).toEqual(reduceChannels(values, "sum"));
  const folded = prepare({ ...of, graph: undefined }, 6).maps("lrpEpsilonPlus");
  expect("maps" in folded && folded.maps.map(({ map }) => map)).not.toEqual(maps);
  const measured = evaluateMeasures(of, { measures: ["sparseness/lrpEpsilonPlus"], explained: 6 });
  expect(measured.results["sparseness/lrpEpsilonPlus"].states).not.toHaveProperty("folded");
  expect(bench.maps("saliency")).toEqual(prepare({ ...of, graph: undefined }, 6).maps("saliency"));
  // It has no form for a norm that stands in the graph.
  expect(bench.maps("excitationBackpropagation")).toEqual({ state: "refused" });
});

test("excitation backpropagation, which folding moves, is that of the folded model too", () => {
  const bench = prepare(trained(normed, data(3, split(shape, rows, [0, 1, 2, 0, 1, 2]))), 6);
  const found = bench.maps("excitationBackpropagation");
  const mapsOn = (of: Model) =>
    reduceChannels(
      explainers.excitationBackpropagation.explain(session(of), bench.batch).values,
      "sum",
    );
  const got = "maps" in found && found.maps.map(({ map }) => map);
  expect(got).toEqual(mapsOn(foldGraph(normed).model));
  expect(got).not.toEqual(mapsOn(normed));
});

test("gradients depend on the function alone and are taken as it is drawn", () => {
  expect(evaluate(normed, ["sparseness/saliency"])["sparseness/saliency"].states).toEqual({
    allZero: 0,
    notFinite: 0,
    singleValue: 0,
  });
});

test("a network without batch norm has nothing to fold", () => {
  const { states } = evaluate(model([relu({ id: "relu" })]), ["sparseness/lrpEpsilon"])[
    "sparseness/lrpEpsilon"
  ];
  expect(states).toEqual({ allZero: 0, notFinite: 0, singleValue: 0 });
});

test("what cannot be folded, and what a method refuses, are states without a number", () => {
  const stuck = model([
    batchNorm({ id: "a" }),
    relu({ id: "r" }),
    batchNorm({ id: "norm" }),
    leakyRelu({ id: "leaky" }),
  ]);
  expect(evaluate(stuck, ["sparseness/lrpEpsilon"])).toEqual({
    "sparseness/lrpEpsilon": { value: null, states: { notFoldable: 6 } },
  });
  const group = model([groupNorm({ id: "norm", groups: 2 }), relu({ id: "relu" })]);
  expect(evaluate(group, ["sparseness/lrpEpsilon", "sparseness/saliency"])).toMatchObject({
    "sparseness/lrpEpsilon": { value: null, states: { refused: 6 } },
    "sparseness/saliency": { value: expect.any(Number) },
  });
});
