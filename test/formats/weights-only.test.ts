/** Weights of PyTorch onto networks of the zoo: by name, by shape and number, and what is refused. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { writeSafetensors } from "../../src/formats/safetensors-write.js";
import { readWeights } from "../../src/formats/weights-only/index.js";
import {
  initialise,
  type Model,
  type ZooName,
  type ZooOptions,
  zoo,
} from "../../src/model/index.js";
import { random } from "../../src/tensor/random.js";
import { size, type Tensor, tensor } from "../../src/tensor/tensor.js";
import { worst } from "../golden.js";
import { messageOf, survive } from "./hostile.js";
import { damage } from "./mutations.js";

/** A network with parameters of both signs, ε and keep as PyTorch has them. */
function trained(name: ZooName, options: ZooOptions = {}): Model {
  const graph = zoo[name](options);
  const nodes = graph.nodes.map((node) =>
    node.kind === "batchNorm"
      ? { ...node, attributes: { ...node.attributes, epsilon: 1e-5, keep: 0.9 } }
      : node,
  );
  const model = initialise({ ...graph, nodes }, random("weights"));
  const parameters: Record<string, Tensor> = {};
  for (const [key, { shape, data }] of Object.entries(model.parameters)) {
    const dice = random(key);
    const low = key.endsWith("Variance") ? 0.01 : -1;
    parameters[key] = tensor(
      shape,
      Float32Array.from(data, () => dice.uniform(low, 1)),
    );
  }
  return { ...model, parameters };
}

const ROLES: Readonly<Record<string, string>> = {
  weight: "weight",
  bias: "bias",
  gamma: "weight",
  beta: "bias",
  runningMean: "running_mean",
  runningVariance: "running_var",
};

/** The model's parameters under other names, as a state_dict. */
function stateDict(model: Model, rename: (id: string) => string): Record<string, Tensor> {
  const entries = Object.entries(model.parameters).map(([key, value]) => {
    const cut = key.lastIndexOf(".");
    return [`${rename(key.slice(0, cut))}.${ROLES[key.slice(cut + 1)]}`, value] as const;
  });
  return Object.fromEntries(entries);
}

/** torchvision's name of a node of a residual network. */
function torch(id: string): string {
  const block = /^(conv|norm|shortcut|normShortcut)(\d)_(\d)([ab]?)$/.exec(id);
  if (!block) return { stem: "conv1", normStem: "bn1", dense: "fc" }[id] ?? id;
  const [, what, stage, number, half] = block;
  const place = `layer${stage}.${Number(number) - 1}`;
  const index = half === "a" ? 1 : 2;
  return {
    conv: `${place}.conv${index}`,
    norm: `${place}.bn${index}`,
    shortcut: `${place}.downsample.0`,
    normShortcut: `${place}.downsample.1`,
  }[what] as string;
}

const tracked = (arrays: Record<string, Tensor>) => ({
  ...arrays,
  "bn1.num_batches_tracked": { shape: [], data: BigInt64Array.of(7n) },
});
const read = (arrays: Parameters<typeof writeSafetensors>[0], network: ZooName, options = {}) =>
  readWeights(writeSafetensors(arrays), "w.safetensors", { network, ...options });

function expectSame(a: Model, b: Model): void {
  const dice = random("image");
  const x = tensor([2, ...b.inputShape]);
  for (let i = 0; i < x.data.length; i++) x.data[i] = dice.uniform(-1, 1);
  expect(worst(session(a).forward(x).data, session(b).forward(x).data)).toBe(0);
}

describe("what fits", () => {
  const model = trained("resnet20", { classes: 7 });

  test("a residual network by torchvision's names", () => {
    const { model: found, modules, notes } = read(tracked(stateDict(model, torch)), "resnet20");
    expect(found.parameters).toEqual(model.parameters);
    expect(found.nodes).toEqual(model.nodes);
    expect(modules.get("conv2_1a")).toBe("layer2.0.conv1");
    expect(modules.get("normShortcut3_1")).toBe("layer3.0.downsample.1");
    expectSame(found, model);
    expect(notes[1]).toBe(
      "weights do not tell the norms' ε: 0.00001 was taken; running variances are as stored",
    );
  });

  test.each([
    ["a wrapper before all names", (id: string) => `module.model.${torch(id)}`],
    [
      "other names of shortcut and head",
      (id: string) => torch(id).replace("downsample", "shortcut").replace("fc", "linear"),
    ],
    ["this program's own names", (id: string) => id],
  ])("%s", (_, rename) => {
    expectSame(read(stateDict(model, rename), "resnet20").model, model);
  });

  test("numbers alone, by shape: plain, ten and more", () => {
    const plain = trained("plain", { depth: 6, classes: 3 });
    const numbers = new Map(plain.nodes.map(({ id }, k) => [id, `${k}`]));
    const { model: found } = read(
      stateDict(plain, (id) => numbers.get(id) ?? id),
      "plain",
    );
    expect(found.parameters).toEqual(plain.parameters);
    expectSame(found, plain);
  });

  test("dense layers with norms, and without", () => {
    for (const norm of ["batch", "none"] as const) {
      const mlp = trained("mlp", { depth: 3, norm });
      const torchish = (id: string) =>
        id
          .replace(/^dense(\d)$/, "fc$1")
          .replace(/^dense$/, "fc4")
          .replace("norm", "bn");
      expectSame(read(stateDict(mlp, torchish), "mlp").model, mlp);
    }
  });

  test("biases and γ as the file has them, the number of channels and classes too", () => {
    const seed = trained("seed", { inputShape: [3, 28, 28], classes: 4 });
    const { "norm.weight": _, ...arrays } = stateDict(seed, (id) => id);
    const { model: found } = read(arrays, "seed");
    expect(found.inputShape).toEqual([3, 28, 28]);
    const norm = found.nodes.find(({ kind }) => kind === "batchNorm");
    expect(norm?.attributes).toMatchObject({
      scale: false,
      center: true,
      epsilon: 1e-5,
      keep: 0.9,
    });
    const biased = {
      ...stateDict(model, torch),
      "conv1.bias": tensor([16], new Float32Array(16).fill(2)),
    };
    const stem = read(biased, "resnet20").model;
    expect(stem.nodes[0].attributes).toMatchObject({ bias: true });
    expect(stem.parameters["stem.bias"].data[3]).toBe(2);
  });

  test("ε is what the caller says", () => {
    const { model: found } = read(stateDict(model, torch), "resnet20", { epsilon: 1e-3 });
    const norm = found.nodes.find(({ kind }) => kind === "batchNorm");
    expect(norm?.attributes).toMatchObject({ epsilon: 1e-3 });
  });
});

describe("what does not", () => {
  const model = trained("resnet8");
  const arrays = stateDict(model, torch);

  test("names that do not tell which is which: a table", () => {
    const plain = trained("plain", { depth: 4 });
    const odd: Readonly<Record<string, string>> = {
      norm1: "alpha",
      norm2: "beta",
      norm3: "gamma",
      norm4: "delta",
    };
    const rename = (id: string): string => odd[id] ?? id;
    const message = messageOf(() => read(stateDict(plain, rename), "plain"));
    expect(message).toBe(
      "w.safetensors: got weights that do not fit the network in 4 places, expected one module for every node (network plain); name the modules as this program's nodes, or export the model to ONNX:\n" +
        "  norm1 [16]: could be any of alpha, beta: their names do not tell\n" +
        "  norm2 [16]: could be any of alpha, beta: their names do not tell\n" +
        "  norm3 [32]: could be any of delta, gamma: their names do not tell\n" +
        "  norm4 [32]: could be any of delta, gamma: their names do not tell",
    );
  });

  test("missing, too many, of another shape", () => {
    const { "layer1.0.conv1.weight": _, ...missing } = arrays;
    expect(messageOf(() => read(missing, "resnet8"))).toContain(
      "conv1_1a [16,16,3,3]: nothing of this shape is left in the file",
    );
    expect(
      messageOf(() => read({ ...arrays, "extra.weight": tensor([3, 3, 1, 1]) }, "resnet8")),
    ).toContain("extra [3,3,1,1]: belongs to no node");
    expect(
      messageOf(() => read({ ...arrays, "conv1.weight": tensor([16, 3, 5, 5]) }, "resnet8")),
    ).toContain("stem [16,3,3,3]: conv1 is [16,3,5,5]");
  });

  test("another network", () => {
    expect(messageOf(() => read(arrays, "resnet20"))).toContain("that do not fit the network in");
    expect(messageOf(() => read({}, "resnet8"))).toContain("got no dense layer");
  });

  test("a role that no layer has, whole numbers, NaN, variances below 0", () => {
    expect(
      messageOf(() => read({ ...arrays, "conv1.weight_g": tensor([16]) }, "resnet8")),
    ).toContain('got the role "weight_g"');
    const whole = { ...arrays, "fc.weight": { shape: [10, 64], data: new Int32Array(640) } };
    expect(messageOf(() => read(whole, "resnet8"))).toContain("elements of type I32");
    expect(
      messageOf(() =>
        read(
          { ...arrays, "bn1.running_var": tensor([16], new Float32Array(16).fill(-1)) },
          "resnet8",
        ),
      ),
    ).toContain("a running variance below 0 (normStem)");
    const nan = tensor([16], new Float32Array(16).fill(Number.NaN));
    expect(messageOf(() => read({ ...arrays, "bn1.weight": nan }, "resnet8"))).toContain("got NaN");
  });

  test("norms without statistics: which kind must be said", () => {
    const grouped = trained("plain", { norm: "group" });
    expect(
      messageOf(() =>
        read(
          stateDict(grouped, (id) => id),
          "plain",
        ),
      ),
    ).toContain("say it after the network (--network plain:group)");
    const { model: found } = read(
      stateDict(grouped, (id) => id),
      "plain",
      { norm: "group", epsilon: 1e-3 },
    );
    expectSame(found, grouped);
  });
});

test("damaged at random: a network or an error that names the file and the place", () => {
  const sound = writeSafetensors(tracked(stateDict(trained("resnet8"), torch)));
  const one = (bytes: Uint8Array, name: string) => readWeights(bytes, name, { network: "resnet8" });
  expect(survive(one, sound)).toBeDefined();
  fc.assert(
    fc.property(damage, (mutate) => {
      survive(one, mutate(new Uint8Array(sound)));
    }),
    { seed: 13, numRuns: 200 },
  );
}, 60_000);

test("names and shapes at random: the same", () => {
  const names = fc.constantFrom(
    "conv1",
    "fc",
    "bn1",
    "layer1.0.conv1",
    "0",
    "1",
    "",
    "a.b",
    "__proto__",
    "stem",
  );
  const roles = fc.constantFrom(
    "weight",
    "bias",
    "running_mean",
    "running_var",
    "gamma",
    "num_batches_tracked",
  );
  const shapes = fc.constantFrom<number[]>(
    [],
    [1],
    [16],
    [10],
    [16, 3, 3, 3],
    [16, 16, 3, 3],
    [10, 64],
    [0],
    [1, 1, 1, 1],
    [2, 2, 2],
  );
  const entry = fc.tuple(names, roles, shapes);
  const networks = fc.constantFrom<ZooName>("seed", "plain", "resnet8", "mlp", "linear");
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 12 }), networks, (entries, network) => {
      const arrays = new Map(
        entries.map(([name, role, shape]) => [
          `${name}.${role}`,
          tensor(shape, new Float32Array(size(shape)).fill(0.5)),
        ]),
      );
      survive((bytes, name) => readWeights(bytes, name, { network }), writeSafetensors(arrays));
    }),
    { seed: 14, numRuns: 1000 },
  );
}, 60_000);
