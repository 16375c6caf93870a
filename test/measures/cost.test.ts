/** What measuring costs: counted beforehand, and counted again while it happens. */
import { describe, expect, test } from "vitest";
import { type Session, session } from "../../src/engine/session.js";
import { type Explainer, explainers } from "../../src/explain/index.js";
import { prepare } from "../../src/measures/bench.js";
import { costsOf, type GivenWork, workloadOf } from "../../src/measures/index.js";
import { initialise, zoo } from "../../src/model/index.js";
import { random, type Tensor, tensor } from "../../src/tensor/index.js";
import { data, network, split, trained } from "./fixtures.js";

const work: GivenWork = {
  train: 1000,
  validation: 500,
  explained: 10,
  classes: 10,
  height: 28,
  width: 28,
  batchSize: 32,
  steps: 100,
  checkpoints: 4,
  snapshots: 3,
  layers: 2,
};

const images = (count: number, H: number) => {
  const stream = random(1);
  return tensor([count, 1, H, H], Float32Array.from({ length: count * H * H }, stream.uniform));
};

/** A session that counts the images it is asked for. */
function counting(own: Session) {
  const spent = { forward: 0, backward: 0 };
  /** The same function, paid for. */
  const paid =
    <More extends unknown[], Result>(
      back: number,
      run: (x: Tensor, ...more: More) => Result,
    ): ((x: Tensor, ...more: More) => Result) =>
    (x, ...more) => {
      spent.forward += x.shape[0];
      spent.backward += back * x.shape[0];
      return run(x, ...more);
    };
  const counted: Session = {
    ...own,
    forward: paid(0, own.forward),
    inputGradient: paid(1, own.inputGradient),
    activationGradients: paid(1, own.activationGradients),
  };
  return { counted, spent };
}

describe("explainers say what they cost", () => {
  // Those that hand a quantity down node by node compute more than sessions see.
  const direct = Object.entries<Explainer>(explainers).filter(
    ([name, { needs }]) => !/^lrp|deepLift|excitation/.test(name) && needs === undefined,
  );
  test.each(direct)("%s", (_, explainer) => {
    for (const H of [12, 41]) {
      const model = initialise(
        zoo.plain({ norm: "batch", inputShape: [1, H, H], classes: 3 }),
        random(0),
      );
      const { counted, spent } = counting(session(model));
      explainer.explain(counted, images(2, H));
      const { forward, backward } = explainer.passes(H, H);
      expect(spent).toEqual({ forward: 2 * forward, backward: 2 * backward });
    }
  });
});

describe("the cost of a list of measures", () => {
  test("a measure of maps: predictions, its maps, those of controls, and 29 pictures of each", () => {
    const { rows, total } = costsOf(["deletion/saliency"], work);
    expect(rows).toEqual([
      { what: "predictions", cost: { forward: 10, backward: 0 } },
      { what: "maps of saliency", cost: { forward: 10, backward: 10 } },
      { what: "maps of random", cost: { forward: 10, backward: 0 } },
      { what: "maps of constant", cost: { forward: 10, backward: 0 } },
      { what: "maps of sobel", cost: { forward: 10, backward: 0 } },
      { what: "deletion/saliency", cost: { forward: 4 * 29 * 10, backward: 0 } },
    ]);
    expect(total).toEqual({ forward: 50 + 1160, backward: 10 });
  });
  test("maps are explained once, controls scored once for the same settings", () => {
    const one = costsOf(["deletion/saliency"], work).total;
    expect(costsOf(["deletion/saliency", "sparseness/saliency"], work).total).toEqual(one);
    const { rows } = costsOf(
      ["deletion/saliency", "deletion/gradCam", "deletion/gradCam?rowsPerStep=2"],
      work,
    );
    expect(rows.slice(-3)).toEqual([
      { what: "maps of gradCam", cost: { forward: 10, backward: 10 } },
      { what: "deletion/gradCam", cost: { forward: 290, backward: 0 } },
      { what: "deletion/gradCam?rowsPerStep=2", cost: { forward: 4 * 150, backward: 0 } },
    ]);
  });
  test("settings of the study count, a key's own before them", () => {
    const options = { ligs: { draws: 3 } };
    expect(costsOf(["ligs"], work, options).rows[1].cost).toEqual({ forward: 40, backward: 40 });
    expect(costsOf(["ligs?draws=1"], work, options).rows[1].cost.forward).toBe(20);
  });
  test("what is known anyway has no row; unknown names are refused", () => {
    expect(costsOf(["trainLoss"], work).rows.map(({ what }) => what)).toEqual(["predictions"]);
    expect(() => costsOf(["nothing"], work)).toThrow('measures: got "nothing", expected ');
  });
  test("a graph says its classes, its size and its layers", () => {
    const graph = zoo.plain({ norm: "batch", inputShape: [1, 19, 17], classes: 4 });
    const { train, validation, explained, batchSize, steps, checkpoints, snapshots } = work;
    const given = { train, validation, explained, batchSize, steps, checkpoints, snapshots };
    const layers = graph.nodes.filter(({ kind }) => kind === "conv2d" || kind === "dense").length;
    expect(layers).toBeGreaterThan(1);
    expect(workloadOf(graph, given)).toEqual({
      ...given,
      classes: 4,
      height: 19,
      width: 17,
      layers,
    });
  });
});

test("the bench tells of every pass", () => {
  const model = network(
    [1, 2, 2],
    [
      {
        weight: [
          [1, 2, 3, 4],
          [0, 0, 0, 0],
        ],
      },
    ],
  );
  const rows = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
  ];
  const spent = { forward: 0, backward: 0 };
  const bench = prepare(
    trained(model, data(2, split([1, 2, 2], rows, [0, 1]))),
    2,
    ({ forward, backward }) => {
      spent.forward += forward;
      spent.backward += backward;
    },
  );
  expect(spent).toEqual({ forward: 2, backward: 0 });
  bench.maps("saliency");
  bench.maps("saliency");
  expect(spent).toEqual({ forward: 4, backward: 2 });
  bench.images[0].answers(tensor([3, 1, 2, 2]));
  expect(spent).toEqual({ forward: 7, backward: 2 });
});
