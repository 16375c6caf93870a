/** What cannot be taken says why, all of it at once; damaged and malicious files end in an error that names the place. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  readKeras,
  readKerasHdf5,
  readTfjs,
  tfjsLocations,
} from "../../../src/formats/keras/index.js";
import { loadAnyModel } from "../../../src/formats/load-model.node.js";
import { writeZip } from "../../../src/formats/zip.js";
import { group, writeHdf5 } from "../hdf5-writer.js";
import { messageOf, rejection } from "../hostile.js";
import {
  archive,
  batchNorm,
  convolution,
  functional,
  hdf5,
  layer,
  network,
  numbered,
  sequential,
  type TestLayer,
  type TestNetwork,
  tfjs,
  weight,
} from "./files.js";

const conv = (name: string, config = {}): TestLayer => convolution(name, [3, 3], [2, 3], config);
const norm = (name: string, config = {}, channels = 3): TestLayer =>
  batchNorm(name, channels, config);
const net = (...layers: readonly TestLayer[]): TestNetwork => network([6, 6, 2], layers);
const refusal = (...layers: readonly TestLayer[]): string =>
  messageOf(() => readKeras(archive(net(...layers)), "net.keras"));

describe("refusals", () => {
  test("every layer in the way, with its place, why, and what would help", () => {
    expect(
      refusal(
        conv("first"),
        layer("Lambda", "mine", { function: ["4wEAAA"] }),
        layer("Activation", "act", { activation: "softsign" }, {}, ["first"]),
        layer("LSTM", "lstm", {}, {}, ["mine"]),
        layer("Add", "add", {}, {}, ["act", "lstm"]),
      ),
    ).toBe(
      `net.keras: got 3 layers that cannot be taken, expected only those of docs/models.md (3 of 5 layers); nothing was approximated:
  layer 2 "mine", Lambda (reads "first"): is no layer that can be taken; it is Python code, which a file does not hold; build the model from Keras' own layers
  layer 3 "act", Activation (reads "first"): has the activation "softsign"; use relu, leaky_relu, elu, gelu, tanh, sigmoid or swish
  layer 4 "lstm", LSTM (reads "mine"): is no layer that can be taken; only feed-forward networks on images can be taken`,
    );
  });

  test.each<[string, TestLayer, string]>([
    [
      "another way to enlarge",
      layer("UpSampling2D", "up", { interpolation: "bicubic" }),
      "interpolates by bicubic; resize bilinearly or by nearest pixels, or use a transposed convolution",
    ],
    [
      "causal padding",
      conv("c", { padding: "causal" }),
      'has padding "causal"; use "valid" or "same"',
    ],
    [
      "another data_format",
      conv("c", { data_format: "channels_first" }),
      "has a kernel of shape [3,3,2,3], expected [3,3,6,3]",
    ],
    [
      "a kernel of another shape",
      conv("c", { filters: 4 }),
      "has a kernel of shape [3,3,2,3], expected [3,3,2,4]; save the model again",
    ],
    ["weights missing", conv("c", { use_bias: false }), "has 2 weights, expected 1 (kernel)"],
    [
      "a setting that is not known",
      conv("c", { spectral: 2 }),
      'has the setting "spectral"; save the model without it',
    ],
    [
      "a setting of another kind",
      conv("c", { filters: "many" }),
      'has the setting filters = "\\"many\\"", expected a number',
    ],
    [
      "an activation that is not known",
      conv("c", { activation: "exponential" }),
      'has the activation "exponential"',
    ],
    [
      "an activation of Python code",
      conv("c", { activation: { class_name: "Mine" } }),
      "has the activation",
    ],
    [
      "statistics per row",
      norm("n", { axis: 1 }),
      "works along axis 1 of [N,6,6,2], expected the channels; set axis to 3",
    ],
    ["statistics per pixel", norm("n", { axis: [1, 2] }), "works along axis 1, 2 of [N,6,6,2]"],
    [
      "virtual batches",
      norm("n", { virtual_batch_size: 4 }, 2),
      "takes statistics over parts of a batch",
    ],
    ["renormalisation", norm("n", { renorm: true }, 2), "is renormalised"],
    ["softmax per pixel", layer("Softmax", "s", { axis: -1 }), "takes a softmax at every pixel"],
    [
      "layer norm per pixel",
      layer("LayerNormalization", "l", { axis: -1 }, { gamma: weight([2]), beta: weight([2]) }),
      "normalises axes 3 of [N,6,6,2]",
    ],
    [
      "groups that do not divide",
      layer("GroupNormalization", "g", { groups: 4 }, { gamma: weight([2]), beta: weight([2]) }),
      "expected a multiple of groups = 4",
    ],
    [
      "joining rows",
      layer("Concatenate", "j", { axis: 1 }, {}, ["images", "images"]),
      "joins along axis 1; join along the channels",
    ],
    [
      "a shape that does not fit",
      layer("Reshape", "r", { target_shape: [5, 5] }),
      "reshapes [N,6,6,2] to [5,5]",
    ],
    [
      "slopes that differ",
      layer("PReLU", "p", {}, { alpha: weight([6, 6, 2]) }),
      "has slopes that differ",
    ],
    ["a threshold", layer("ReLU", "r", { threshold: 1 }), "has a threshold of 1"],
    [
      "cropping all",
      layer("Cropping2D", "c", {
        cropping: [
          [3, 3],
          [0, 0],
        ],
      }),
      "leaves nothing of 6×6 pixels",
    ],
    [
      "padding without bounds",
      layer("ZeroPadding2D", "z", {
        padding: [
          [2 ** 30, 2 ** 30],
          [0, 0],
        ],
      }),
      "makes a value of shape",
    ],
    ["a name of JavaScript's own", layer("constructor", "c"), "is no layer that can be taken"],
  ])("%s", (_, last, expected) => {
    const message = refusal(last);
    expect(message).toContain("net.keras: got 1 layer that cannot be taken");
    expect(message).toContain(expected);
  });

  test("a call in training mode, a call with more than tensors", () => {
    const one = net(conv("c"), norm("n"));
    const called = (value: unknown) =>
      JSON.parse(
        JSON.stringify(functional(one, 3)).replaceAll(
          '"kwargs":{}',
          `"kwargs":${JSON.stringify(value)}`,
        ),
      );
    expect(
      messageOf(() => readKeras(archive(one, { config: called({ training: true }) }), "n")),
    ).toContain('is called with training = "true"; build the model for inference');
    expect(
      readKeras(archive(one, { config: called({ training: false, mask: [null, null] }) }), "n")
        .model.nodes.length,
    ).toBe(2);
    expect(
      messageOf(() => readKeras(archive(one, { config: called({ scale: 2 }) }), "n")),
    ).toContain('is called with scale = "2"');
  });

  test("layers that compute in other numbers are named; quantised ones refused", () => {
    const half = net(
      conv("c", { dtype: { class_name: "DTypePolicy", config: { name: "mixed_float16" } } }),
    );
    expect(readKeras(archive(half), "n").notes).toContain(
      "the file computes in mixed_float16; here everything is float32",
    );
    expect(refusal(conv("c", { dtype: "int8_from_float32" }))).toContain(
      'got layers that compute in "int8_from_float32", expected floats',
    );
  });

  test("models of several inputs or outputs, of Python code, of Keras 1", () => {
    const one = net(conv("c"));
    const config = functional(one, 3) as { config: Record<string, unknown> };
    const changed = (change: object) =>
      messageOf(() =>
        readKeras(
          archive(one, { config: { ...config, config: { ...config.config, ...change } } }),
          "n",
        ),
      );
    expect(
      changed({
        output_layers: [
          ["c", 0, 0],
          ["images", 0, 0],
        ],
      }),
    ).toBe(
      'n: got 2 outputs, "c", "images", expected one output (model); build a model of one output from its layers, keras.Model(input, output), and save that',
    );
    expect(changed({ input_layers: [] })).toContain("got 0 inputs, expected one input");
    expect(
      messageOf(() =>
        readKeras(archive(one, { config: { ...config, class_name: "MyModel" } }), "n"),
      ),
    ).toBe(
      'n: got a model of class "\\"MyModel\\"", expected Sequential or Functional (model); a subclassed model\'s network is its Python code; build it with the functional API, or export it to ONNX',
    );
    expect(messageOf(() => readKerasHdf5(hdf5(one, { version: "1.2.0" }), "n"))).toContain(
      'got Keras "1.2.0"',
    );
  });

  test("weights without a network, archives of other programs, graph models", () => {
    const one = net(conv("c"));
    expect(messageOf(() => readKerasHdf5(writeHdf5(numbered(one)), "n"))).toContain(
      "got weights without their network, expected a whole model of Keras",
    );
    expect(messageOf(() => readKerasHdf5(writeHdf5(group({})), "n"))).toContain(
      "got no model_config",
    );
    const zip = (path: string) => writeZip(new Map([[path, Uint8Array.of(1)]]));
    expect(messageOf(() => readKeras(zip("archive/data.pkl"), "n"))).toContain(
      "got a checkpoint of PyTorch",
    );
    expect(messageOf(() => readKeras(zip("other"), "n"))).toContain("got no config.json");
    const { model } = tfjs(one, (m) => ({ ...m, format: "graph-model" }));
    expect(messageOf(() => readTfjs(model, "n"))).toContain(
      "got a graph model, expected a layers model",
    );
  });

  test("an input whose size is open", () => {
    const open = network([null, null, 2], [conv("c")]);
    expect(messageOf(() => readKeras(archive(open), "n"))).toBe(
      'n: got shape [null,null,null,2], expected channels, height and width in numbers (input "images"); say the shape of an image (--input-shape 3x224x224)',
    );
    expect(readKeras(archive(open), "n", { inputShape: [2, 5, 8] }).model.inputShape).toEqual([
      2, 5, 8,
    ]);
    expect(
      messageOf(() => readKeras(archive(net(conv("c"))), "n", { inputShape: [2, 5, 8] })),
    ).toContain("as asked for");
  });
});

describe("networks that are none", () => {
  const one = net(conv("c"), norm("n"));
  const rewired = (change: (json: string) => string): string =>
    messageOf(() => {
      const json = change(JSON.stringify(functional(one, 2)));
      readKerasHdf5(hdf5(one, { config: JSON.parse(json) }), "evil.h5");
    });

  test("a ring", () => {
    expect(rewired((json) => json.replace('[["images",0,0,{}]]', '[["n",0,0,{}]]'))).toBe(
      'evil.h5: got a ring through layer "n", expected a network without rings (layer "c"); the file is damaged or incomplete, fetch or write it again',
    );
  });

  test("loose ends", () => {
    expect(rewired((json) => json.replace('[["c",0,0,{}]]', '[["nowhere",0,0,{}]]'))).toBe(
      'evil.h5: got output 0 of call 0 of "nowhere", which nothing makes, expected values that layers make (layer "n"); save the whole model again',
    );
    expect(rewired((json) => json.replace('[["c",0,0,{}]]', '[["c",7,0,{}]]'))).toContain(
      "output 0 of call 7",
    );
    expect(rewired((json) => json.replace('[["c",0,0,{}]]', '[["c",0,3,{}]]'))).toContain(
      "output 3 of call 0",
    );
    expect(rewired((json) => json.replace('[["c",0,0,{}]]', '[["c",-1,0,{}]]'))).toContain(
      "expected [layer, node, tensor]",
    );
    expect(
      rewired((json) =>
        json.replace('"output_layers":[["n",0,0]]', '"output_layers":[["images",0,0]]'),
      ),
    ).toContain("an output that is the input");
  });

  test("two layers of one name, layers of another kind", () => {
    expect(rewired((json) => json.replaceAll('"name":"n"', '"name":"c"'))).toContain(
      'got layer "c" twice',
    );
    expect(
      rewired((json) =>
        json.replace(/"layers":\[.*\],"input_layers"/, '"layers":7,"input_layers"'),
      ),
    ).toContain("got no layers");
  });

  test("gigantic shapes", () => {
    const huge = (shape: readonly number[], ...layers: readonly TestLayer[]) =>
      messageOf(() => readKeras(archive(network(shape, layers)), "n"));
    expect(huge([2 ** 20, 2 ** 20, 2], conv("c"))).toContain("expected at most 134217728 elements");
    expect(huge([1e300, 3, 2], conv("c"))).toContain(
      "expected channels, height and width in numbers",
    );
    expect(huge([6, 6, 2], conv("c", { filters: 1e9 }))).toContain("has a kernel of shape");
  });

  test("a chain of 5,000 layers is no problem; 20,001 layers are refused", () => {
    const chain = (n: number) =>
      sequential(net(...Array.from({ length: n }, (_, k) => layer("ReLU", `r${k}`))));
    const deep = readKeras(archive(one, { config: chain(5000) }), "n");
    expect(deep.model.nodes.length).toBe(5000);
    expect(messageOf(() => readKeras(archive(one, { config: chain(20_001) }), "n"))).toContain(
      "got 20001 layers, expected at most 20,000",
    );
  });

  test("weights that are NaN, variances below 0, whole numbers", () => {
    const broken = norm("n");
    broken.weights.gamma.data[1] = Number.NaN;
    expect(messageOf(() => readKerasHdf5(hdf5(net(conv("c"), broken)), "evil.h5"))).toBe(
      'evil.h5: got NaN, expected a finite number (tensor "n/n/gamma:0", element 1); the values were broken when the model was exported; export it again from a sound model',
    );
    const below = norm("n");
    below.weights.moving_variance.data[2] = -1;
    expect(refusal(conv("c"), below)).toContain("has a running variance below 0 in channel 2");
  });
});

describe("shards", () => {
  const one = net(conv("c"), norm("n"));
  const { model, files } = tfjs(one);
  const manifest = (
    change: (group: { paths: unknown[]; weights: Record<string, unknown>[] }) => object,
  ) =>
    messageOf(() => {
      const changed = tfjs(one, (m) => ({
        ...m,
        weightsManifest: (m.weightsManifest as Parameters<typeof change>[0][]).map(change),
      }));
      readTfjs(changed.model, "model.json", { files });
    });

  test("missing, too short, too long", () => {
    expect(messageOf(() => readTfjs(model, "model.json"))).toContain(
      'weights in another file, "group1-shard1of2.bin"',
    );
    const [first, second] = [...files];
    const cut = new Map([first, [second[0], second[1].slice(0, -1)]]);
    expect(messageOf(() => readTfjs(model, "model.json", { files: cut }))).toMatch(
      /got numbers to byte \d+, expected their end by/,
    );
    const long = new Map([first, [second[0], Uint8Array.of(...second[1], 0)]]);
    expect(messageOf(() => readTfjs(model, "model.json", { files: long }))).toContain(
      "as the manifest describes",
    );
  });

  test("a file twice, shapes and types that are none", () => {
    expect(manifest((g) => ({ ...g, paths: [g.paths[0], g.paths[0]] }))).toContain(
      "expected each file once",
    );
    expect(manifest((g) => ({ ...g, weights: [{ ...g.weights[0], shape: [1e300] }] }))).toContain(
      "expected whole numbers",
    );
    expect(
      manifest((g) => ({ ...g, weights: [{ ...g.weights[0], shape: [2 ** 50, 2 ** 50] }] })),
    ).toContain("expected one that fits");
    expect(
      manifest((g) => ({ ...g, weights: [{ ...g.weights[0], dtype: "complex64" }] })),
    ).toContain('elements of type "complex64"');
    expect(
      manifest((g) => ({ ...g, weights: [{ ...g.weights[0], quantization: { dtype: "uint8" } }] })),
    ).toContain("expected scale and min");
  });

  test("quantised weights are turned back: q·scale + min, and said", () => {
    const small = network(
      [6, 6, 2],
      [
        layer(
          "Conv2D",
          "c",
          { filters: 1, kernel_size: [1, 1], use_bias: false },
          { kernel: weight([1, 1, 2, 1]) },
        ),
      ],
    );
    const { model: quantised } = tfjs(small, (m) => ({
      ...m,
      weightsManifest: [
        {
          paths: ["q.bin"],
          weights: [
            {
              name: "c/kernel",
              shape: [1, 1, 2, 1],
              dtype: "float32",
              quantization: { dtype: "uint8", scale: 0.5, min: -3 },
            },
          ],
        },
      ],
    }));
    const read = readTfjs(quantised, "m", { files: new Map([["q.bin", Uint8Array.of(255, 4)]]) });
    expect([...read.model.parameters["c.weight"].data]).toEqual([124.5, -1]);
    expect(read.notes).toContain('weight "c/kernel" was quantised to uint8');
  });

  const folder = mkdtempSync(join(tmpdir(), "normlens-tfjs-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("beside the model; nowhere else", async () => {
    const inside = join(folder, "model");
    mkdirSync(inside);
    const write = (path: string, bytes: Uint8Array) => writeFileSync(join(inside, path), bytes);
    for (const [path, bytes] of files) write(path, bytes);
    write("model.json", model);
    expect(tfjsLocations(model, "m")).toEqual([...files.keys()]);
    const whole = await loadAnyModel(inside);
    expect([whole.format, whole.model.nodes.length]).toEqual(["tfjs", 2]);
    expect((await loadAnyModel(join(inside, "model.json"))).model.nodes).toEqual(whole.model.nodes);
    writeFileSync(join(folder, "secret.bin"), [...files.values()][0]);
    symlinkSync(join(folder, "secret.bin"), join(inside, "link.bin"));
    for (const path of [
      "../secret.bin",
      "/etc/hostname",
      "link.bin",
      "a/../../secret.bin",
      "C:\\x",
      "",
    ]) {
      const text = new TextDecoder()
        .decode(model)
        .replace("group1-shard1of2.bin", path.replace("\\", "\\\\"));
      write("model.json", new TextEncoder().encode(text));
      expect(await rejection(loadAnyModel(inside)), path).toMatch(
        /expected a file in the model's own folder \(external data\)|cannot be read/,
      );
    }
  });
});

describe("kinds of file are told by their content", () => {
  const folder = mkdtempSync(join(tmpdir(), "normlens-kinds-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const one = net(conv("c"));

  test.each([
    ["keras", archive(one)],
    ["kerasHdf5", hdf5(one)],
  ] as const)("%s", async (format, bytes) => {
    const path = join(folder, "model.bin");
    writeFileSync(path, bytes);
    const loaded = await loadAnyModel(path);
    expect([loaded.format, loaded.producer?.name]).toEqual([format, "Keras"]);
  });

  test("a folder without model.json", async () => {
    expect(await rejection(loadAnyModel(folder))).toBe(
      `${folder}: got a folder without a model.json, expected a model's file, or a folder of TensorFlow.js; name the file in it`,
    );
  });
});
