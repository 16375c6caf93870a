/** Models within models, layers called more than once, and files whose images have channels first. */

import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import {
  type KerasFile,
  readKeras,
  readKerasHdf5,
  readTfjs,
} from "../../../src/formats/keras/index.js";
import { modelHash } from "../../../src/model/hash.js";
import { random } from "../../../src/tensor/random.js";
import { type Tensor, tensor } from "../../../src/tensor/tensor.js";
import { worst } from "../../golden.js";
import { array, group } from "../hdf5-writer.js";
import {
  archive,
  batchNorm,
  byLayer,
  convolution,
  functional,
  hdf5,
  layer,
  network,
  numbered,
  sequential,
  type TestLayer,
  type TestWeight,
  tfjs,
  weight,
} from "./files.js";

const conv = (name: string, io: readonly [number, number]): TestLayer =>
  convolution(name, [3, 3], io, { padding: "same" });

function images(shape: readonly number[]): Tensor {
  const dice = random("nested");
  const x = tensor(shape);
  for (let i = 0; i < x.data.length; i++) x.data[i] = dice.uniform(-1, 1);
  return x;
}

const outputs = ({ model }: KerasFile, x: Tensor) => session(model).forward(x).data;

describe("a model within a model", () => {
  const body = network(
    [6, 6, 2],
    [conv("conv", [2, 4]), batchNorm("norm", 4), layer("ReLU", "relu")],
  );
  const tail = [
    layer("GlobalAveragePooling2D", "pool"),
    layer("Dense", "dense", { units: 3 }, { kernel: weight([4, 3]), bias: weight([3]) }),
  ];
  const flat = network([6, 6, 2], [...body.layers, ...tail]);
  const expected = readKeras(archive(flat), "flat");
  /** The inner network as one layer of the outer. */
  const outer = network([6, 6, 2], [layer("Functional", "body"), ...tail]);
  const described = (version: 2 | 3) => {
    const whole = functional(outer, version) as {
      config: { layers: { name: string; config: unknown; class_name: string }[] };
    };
    const inner = functional(body, version) as { class_name: string; config: object };
    const layers = whole.config.layers.map((l) =>
      l.name === "body"
        ? { ...l, class_name: inner.class_name, config: { ...inner.config, name: "body" } }
        : l,
    );
    return { ...whole, config: { ...whole.config, layers } };
  };
  const x = images([3, 2, 6, 6]);
  const expectSame = (file: KerasFile) => {
    expect(file.model.nodes.map(({ kind }) => kind)).toEqual(
      expected.model.nodes.map(({ kind }) => kind),
    );
    expect(file.model.nodes[0].id).toBe("body/conv");
    expect(worst(outputs(file, x), outputs(expected, x))).toBe(0);
  };

  test("an archive: groups within groups", () => {
    const tails = numbered({ ...flat, layers: tail });
    const { layers } = tails.children;
    const inner = numbered(body);
    const all = group({
      layers: group({ ...("children" in layers ? layers.children : {}), functional: inner }),
    });
    expectSame(readKeras(archive(outer, { config: described(3), weights: all }), "nested"));
  });

  test("an HDF5 file: the inner weights in one list", () => {
    const names = body.layers.flatMap(({ config, weights }) =>
      Object.keys(weights).map((role) => `${config.name}/${role}:0`),
    );
    const entries = body.layers.flatMap(({ config, weights }) => {
      const arrays = Object.entries(weights).map(
        ([role, w]) => [`${role}:0`, array(w.shape, w.data)] as const,
      );
      return arrays.length > 0 ? [[config.name, group(Object.fromEntries(arrays))] as const] : [];
    });
    const { children } = byLayer({ ...flat, layers: tail });
    const weights = group({
      ...children,
      body: group(Object.fromEntries(entries), { weight_names: names }),
    });
    expectSame(readKerasHdf5(hdf5(outer, { config: described(2), weights }), "nested"));
  });

  test("a TensorFlow.js model", () => {
    const { model, files } = tfjs(flat, (m) => ({
      ...m,
      modelTopology: { keras_version: "2.15.0", model_config: described(2) },
    }));
    expectSame(readTfjs(model, "model.json", { files }));
  });

  test.each([2, 3] as const)(
    "calls of the inner model that count from 1, version %i; outputs in a list in a list",
    (version) => {
      const whole = JSON.stringify(described(version));
      const counted = whole
        .replaceAll('["body",0,0', '["body",1,0')
        .replace(
          /"output_layers":(\[\["dense",0,0\]\]|\["dense",0,0\])/,
          '"output_layers":[[["dense",0,0]]]',
        );
      expect(counted).not.toBe(whole);
      const { model, files } = tfjs(flat, (m) => ({
        ...m,
        modelTopology: { keras_version: "2.15.0", model_config: JSON.parse(counted) },
      }));
      expectSame(readTfjs(model, "model.json", { files }));
    },
  );

  test("sequences in a sequence, the inner ones as bare lists; sizes as tuples", () => {
    const bare = (layers: readonly TestLayer[], shape?: readonly number[]) =>
      (sequential({ inputShape: shape ?? [], layers }) as { config: { layers: object[] } }).config
        .layers;
    const [first, ...rest] = bare(body.layers, [6, 6, 2]);
    const tuple = JSON.parse(
      JSON.stringify(first).replace("[3,3]", '{"class_name":"__tuple__","items":[3,3]}'),
    );
    const inner = { class_name: "Sequential", config: [tuple, ...rest] };
    const config = { class_name: "Sequential", config: [inner, ...bare(tail).map((l) => l)] };
    const { model, files } = tfjs(flat, (m) => ({ ...m, modelTopology: config }));
    const file = readTfjs(model, "model.json", { files });
    expect(file.model.nodes[0].id).toBe("model_0/conv");
    expect(file.producer.name).toBe("TensorFlow.js");
    expect(worst(outputs(file, x), outputs(expected, x))).toBe(0);
  });

  test("what is in the way within is named by its path", () => {
    const bad = JSON.parse(
      JSON.stringify(described(3)).replace('"class_name":"ReLU"', '"class_name":"Softsign"'),
    );
    expect(() => readKeras(archive(outer, { config: bad }), "nested")).toThrow(
      'layer 3 "body/relu", Softsign (reads "norm"): is no layer that can be taken; build the model without it',
    );
  });
});

test("a layer called twice has its weights twice", () => {
  const shared = conv("conv", [2, 2]);
  const once = network([5, 5, 2], [shared]);
  const config = functional(
    network([5, 5, 2], [shared, layer("Add", "add", {}, {}, ["images", "conv"])]),
    2,
  ) as {
    config: { layers: { name: string; inbound_nodes: unknown }[] };
  };
  for (const l of config.config.layers) {
    if (l.name === "conv") l.inbound_nodes = [[["images", 0, 0, {}]], [["conv", 0, 0, {}]]];
    if (l.name === "add")
      l.inbound_nodes = [
        [
          ["conv", 0, 0, {}],
          ["conv", 1, 0, {}],
        ],
      ];
  }
  const twice = readKerasHdf5(hdf5(once, { config }), "twice");
  const one = readKerasHdf5(hdf5(once), "once");
  const x = images([2, 2, 5, 5]);
  const y = session(one.model).forward(x);
  const z = session(one.model).forward(y);
  expect(twice.model.nodes.map(({ id }) => id)).toEqual(["conv", "conv_2", "add"]);
  expect(
    worst(
      outputs(twice, x),
      y.data.map((v, i) => v + z.data[i]),
    ),
  ).toBeLessThan(1e-6);
});

describe("channels first", () => {
  const permuted = (rows: TestWeight, [C, H, W]: readonly [number, number, number]): TestWeight => {
    const [, units] = rows.shape;
    const data = new Float32Array(rows.data.length);
    for (let c = 0; c < C; c++)
      for (let p = 0; p < H * W; p++)
        for (let u = 0; u < units; u++)
          data[(c * H * W + p) * units + u] = rows.data[(p * C + c) * units + u];
    return { shape: rows.shape, data };
  };
  const first = { data_format: "channels_first" };
  const kernel = conv("conv", [2, 4]);
  const { weights: normWeights } = batchNorm("norm", 4);
  const norm = (axis: number): TestLayer =>
    layer("BatchNormalization", "norm", { axis }, normWeights);
  const dense = { kernel: weight([4 * 5 * 3, 3]), bias: weight([3]) };
  const last = network(
    [5, 3, 2],
    [kernel, norm(3), layer("Flatten", "flat"), layer("Dense", "dense", { units: 3 }, dense)],
  );
  const build = (flatten: object, rows: TestWeight) =>
    network(
      [2, 5, 3],
      [
        { ...kernel, config: { ...kernel.config, ...first } },
        norm(1),
        layer("Flatten", "flat", { ...flatten }),
        layer("Dense", "dense", { units: 3 }, { ...dense, kernel: rows }),
      ],
    );
  const x = images([2, 2, 5, 3]);
  const expected = readKeras(archive(last), "last");

  test("the same network, and Flatten with either data_format", () => {
    // With "channels_first" Flatten puts channels last before it flattens: the rows are those of the other file.
    const moved = readKeras(archive(build(first, dense.kernel)), "first");
    expect(modelHash(moved.model)).toBe(modelHash(expected.model));
    const unmoved = readKeras(archive(build({}, permuted(dense.kernel, [4, 5, 3]))), "first");
    expect(worst(outputs(unmoved, x), outputs(expected, x))).toBeLessThan(1e-6);
  });

  test("a batch norm of the other axis is refused", () => {
    const wrong = build(first, dense.kernel);
    const layers = wrong.layers.map((l) =>
      l.config.name === "norm" ? { ...l, config: { ...l.config, axis: -1 } } : l,
    );
    expect(() => readKeras(archive({ ...wrong, layers }), "first")).toThrow(
      "works along axis 3 of [N,4,5,3], expected the channels; set axis to 1",
    );
  });
});
