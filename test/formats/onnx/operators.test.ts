/** What single operators become, worked out by hand; and what is said when they cannot be taken. */

import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import { readOnnx } from "../../../src/formats/onnx/index.js";
import { messageWriter } from "../../../src/formats/onnx/wire.js";
import { tensor } from "../../../src/tensor/tensor.js";
import { messageOf } from "../hostile.js";
import { type Attributes, file, node, weights } from "./files.js";

const read = (...args: Parameters<typeof file>) => readOnnx(file(...args), "net.onnx");
const kinds = (...args: Parameters<typeof file>) =>
  read(...args).model.nodes.map(({ kind }) => kind);
const complaint = (...args: Parameters<typeof file>) => messageOf(() => read(...args));
const counted = (n: number) => Float32Array.from({ length: n }, (_, i) => i);

const norm = { s: weights([1]), b: weights([1]), m: weights([1]), v: weights([1], 1) };
const batchNorm = (attributes: Attributes, outputs: string[] = []) => ({
  ...node("BatchNormalization", ["images", "s", "b", "m", "v"], "logits", attributes),
  outputs: ["logits", ...outputs],
});

describe("obstacles", () => {
  test("all of them at once, with place and remedy", () => {
    expect(
      complaint(
        [
          node("Einsum", ["images"], "a"),
          node("Relu", ["a"], "b"),
          node("ConvTranspose", ["images", "w"], "c", { strides: { ints: [2, 0] } }),
          node("GridSample", ["b"], "d"),
          node("Add", ["c", "d"], "logits"),
        ],
        { w: weights([1, 1, 1, 1]) },
      ),
    ).toBe(
      "net.onnx: got 3 operators that cannot be taken, expected only those of docs/models.md (3 of 5 nodes); nothing was approximated:\n" +
        '  node 0 "a", Einsum (reads "images"): is no operator that can be taken; only feed-forward networks on images can be taken\n' +
        '  node 2 "c", ConvTranspose (reads "images", "w"): has strides, dilations or a kernel below 1; export the model again\n' +
        '  node 3 "d", GridSample (reads "b"): is no operator that can be taken; explain the part of the model before it (--model-output b), or build the model without it',
    );
  });

  test("nodes that the output does not need are not looked at", () => {
    expect(kinds([node("Einsum", ["images"], "a"), node("Relu", ["images"], "logits")])).toEqual([
      "relu",
    ]);
  });

  test("a model may end at any value, or at a node by the name that inspect shows", () => {
    const nodes = [
      node("Conv", ["images", "/first.weight"], "c"),
      node("Relu", ["c"], "r"),
      node("Einsum", ["r"], "logits"),
    ];
    const bytes = file(nodes, { "/first.weight": weights([2, 1, 1, 1]) });
    const cut = (output: string) =>
      readOnnx(bytes, "net.onnx", { output }).model.nodes.map(({ id }) => id);
    expect(cut("r")).toEqual(["first", "r"]);
    expect(cut("first")).toEqual(["first"]);
    expect(messageOf(() => cut("logit"))).toBe(
      'net.onnx: got outputs "logits", expected "logit" as asked for (graph); choose one of them, or a node as inspect names it; did you mean logits?',
    );
  });

  test("a log-softmax at the end is left off and said; elsewhere it is refused", () => {
    const dense = node("Gemm", ["images", "w"], "d");
    const arrays = { w: weights([4, 3]) };
    const { model, notes } = read([dense, node("LogSoftmax", ["d"], "logits")], arrays, ["N", 4]);
    expect(model.nodes.map(({ kind }) => kind)).toEqual(["flatten", "dense"]);
    expect(notes).toEqual([
      "the file ends in a log-softmax; here the output is what goes into it, the logits, as everywhere",
    ]);
    const within = [dense, node("LogSoftmax", ["d"], "l"), node("Relu", ["l"], "logits")];
    expect(complaint(within, arrays, ["N", 4])).toContain(
      'LogSoftmax (reads "d"): is a log-softmax within the model; end the model in logits',
    );
  });

  test("vectors that are images row by row", () => {
    const bytes = (F: number | string) =>
      file([node("Gemm", ["images", "w"], "logits")], { w: weights([6, 3]) }, ["N", F]);
    const inputShape = [1, 2, 3] as const;
    for (const F of [6, "F"])
      expect(readOnnx(bytes(F), "net.onnx", { inputShape }).model.inputShape).toEqual([1, 2, 3]);
    expect(readOnnx(bytes(6), "net.onnx").model.inputShape).toEqual([6, 1, 1]);
    expect(messageOf(() => readOnnx(bytes(6), "net.onnx", { inputShape: [1, 2, 4] }))).toBe(
      'net.onnx: got shape [N,6], expected [N,8], the pixels of 1×2×4 (input "images"); say the shape of its images (--input-shape), or leave that out',
    );
  });

  test("an attribute that nothing here knows refuses the node", () => {
    expect(complaint([node("Relu", ["images"], "logits", { power: { int: 2 } })])).toContain(
      'has the attribute "power"; export it without',
    );
  });

  test("an attribute of another kind than the operator's", () => {
    const axis = { axis: { float: 1 } };
    expect(complaint([node("Flatten", ["images"], "logits", axis)])).toContain(
      'has the attribute "axis" of another kind; export the model again',
    );
    const pads = { pads: { int: 1 } };
    const w = weights([1, 1, 3, 3]);
    expect(complaint([node("Conv", ["images", "w"], "logits", pads)], { w })).toContain(
      'has the attribute "pads" of another kind',
    );
  });

  const integers = (...values: number[]) => ({
    shape: [values.length],
    data: BigInt64Array.from(values, BigInt),
  });
  test.each<[string, Parameters<typeof complaint>, string]>([
    [
      "Slice along an axis that is none",
      [
        [node("Slice", ["images", "zero", "one", "axes"], "logits")],
        { zero: integers(0), one: integers(1), axes: integers(-9) },
      ],
      "slices axis -5 from 0 to 1 by 1",
    ],
    [
      "Slice with more starts than axes",
      [
        [node("Slice", ["images", "starts", "ends", "axes"], "logits")],
        { starts: integers(0, 1), ends: integers(1, 3), axes: integers(2) },
      ],
      "has 2 starts for axes 2, ends 1,3, steps 1,1",
    ],
    [
      "Pad with amounts of more axes",
      [
        [node("Pad", ["images", "pads"], "logits")],
        { pads: integers(0, 0, 1, 1, 0, 0, 0, 1, 1, 0) },
      ],
      "has 10 amounts for 4 axes",
    ],
    [
      "Pad along an axis that is none",
      [
        [node("Pad", ["images", "pads", "", "axes"], "logits")],
        { pads: integers(1, 1), axes: integers(7) },
      ],
      "has 2 amounts for axes 7",
    ],
    [
      "Pad with numbers of which one is not 0",
      [
        [node("Pad", ["images", "pads", "values"], "logits")],
        {
          pads: integers(0, 0, 1, 1, 0, 0, 1, 1),
          values: { shape: [2], data: Float32Array.of(0, 2) },
        },
      ],
      "pads with 2; pad with zeros",
    ],
    [
      "strides of one axis",
      [
        [
          node("MaxPool", ["images"], "logits", {
            kernel_shape: { ints: [2, 2] },
            strides: { ints: [2] },
          }),
        ],
      ],
      "has strides of 1 axes, expected 2",
    ],
    [
      "LayerNormalization with a scale per column",
      [
        [node("LayerNormalization", ["images", "scale"], "logits", { axis: { int: 1 } })],
        { scale: weights([4]) },
        ["N", 2, 2, 4],
      ],
      "has scale of shape [4] for [2,2,4]; use one number per channel",
    ],
    [
      "numbers for half of the channels",
      [
        [node("Reshape", ["images", "rows"], "r"), node("Add", ["r", "b"], "logits")],
        { rows: integers(0, 4, -1), b: weights([4, 1]) },
        ["N", 2, 4, 4],
      ],
      "has 4 numbers for 2 channels that were reshaped",
    ],
    [
      "Clip with a bound per channel",
      [[node("Clip", ["images", "", "high"], "logits")], { high: weights([1, 2, 1, 1], 3) }],
      "has 2 bounds; use one",
    ],
  ])("%s", (_, args, said) => {
    expect(complaint(...args)).toContain(said);
  });

  test("numbers per group of channels, of an image that was reshaped to groups", () => {
    const { model } = read(
      [
        node("Reshape", ["images", "groups"], "r"),
        node("Mul", ["r", "scale"], "m"),
        node("Add", ["m", "shift"], "a"),
        node("Reshape", ["a", "back"], "logits"),
      ],
      {
        groups: integers(0, 2, -1),
        scale: { shape: [2, 1], data: Float32Array.of(2, 3) },
        shift: { shape: [2, 1], data: Float32Array.of(0, 10) },
        back: integers(0, 4, 1, 1),
      },
      ["N", 4, 1, 1],
    );
    const y = session(model).forward(tensor([1, 4, 1, 1], Float32Array.of(1, 2, 3, 4)));
    expect([...y.data]).toEqual([2, 4, 19, 22]);
  });

  test("an output that is neither an image nor a vector", () => {
    const rows = integers(0, 2, 8);
    const nodes = [node("Relu", ["images"], "r"), node("Reshape", ["r", "rows"], "logits")];
    expect(complaint(nodes, { rows })).toBe(
      "net.onnx: got an output of shape [N,2,8], expected images [N,C,H,W] or vectors [N,F] (graph); choose a value before it as the output, or reshape it in the model",
    );
  });

  test("quantised models: every operator, and what would help", () => {
    const said = complaint(
      [
        node("QuantizeLinear", ["images", "s"], "a"),
        node("DequantizeLinear", ["a", "s"], "b"),
        node("Relu", ["b"], "c"),
        node("QLinearAdd", ["c", "c"], "logits"),
      ],
      { s: weights([], 1) },
    );
    expect(said).toContain(
      'node 0 "a", QuantizeLinear (reads "images", "s"): computes with quantised numbers; export the model without quantisation, in float32\n',
    );
    for (const type of ["DequantizeLinear", "QLinearAdd"])
      expect(said).toMatch(new RegExp(`${type} .*: computes with quantised numbers; export`));
    expect(said).not.toContain("Relu");
  });

  /** A file with one more input. */
  const twoInputs = (nodes: Parameters<typeof file>[0], arrays = {}) => {
    const dims = messageWriter()
      .message(1, messageWriter().text(2, "N"))
      .message(1, messageWriter().varint(1, 5));
    const type = messageWriter().message(1, messageWriter().varint(1, 1).message(2, dims));
    const more = messageWriter().message(11, messageWriter().text(1, "age").message(2, type));
    return Uint8Array.of(...file(nodes, arrays), ...messageWriter().message(7, more).finish());
  };
  test("several inputs that the output depends on", () => {
    const read2 = (nodes: Parameters<typeof file>[0]) => readOnnx(twoInputs(nodes), "net.onnx");
    expect(
      messageOf(() =>
        read2([
          node("Flatten", ["images"], "f"),
          node("Concat", ["f", "age"], "logits", { axis: { int: 1 } }),
        ]),
      ),
    ).toBe(
      'net.onnx: got 2 inputs, "images" [N,1,4,4], "age" [N,5], expected one input, the images (graph); make the others constants in the model, or choose an output that the images alone lead to (--model-output NAME)',
    );
    const { model } = read2([node("Relu", ["images"], "logits"), node("Relu", ["age"], "other")]);
    expect(model.nodes.map(({ kind }) => kind)).toEqual(["relu"]);
  });

  test("a stored array that is listed as an input, too, as old files have it", () => {
    const age = { age: weights([1, 1, 3, 3]) };
    const bytes = twoInputs([node("Conv", ["images", "age"], "logits")], age);
    const { model } = readOnnx(bytes, "net.onnx");
    expect(model.parameters["logits.weight"].data).toEqual(age.age.data);
  });

  test("opsets before 9, open shapes", () => {
    expect(complaint([node("Relu", ["images"], "logits")], {}, undefined, 8)).toBe(
      "net.onnx: got opset 8, expected opset 9 or newer (model); convert it with onnx.version_converter, or export it again",
    );
    expect(complaint([node("Relu", ["images"], "logits")], {}, ["N", 3, "H", "W"])).toBe(
      'net.onnx: got shape [N,3,H,W], expected channels, height and width in numbers (input "images"); say the shape of an image (--input-shape 3x224x224)',
    );
    const open = file([node("Relu", ["images"], "logits")], {}, ["N", 3, "H", "W"]);
    expect(readOnnx(open, "net.onnx", { inputShape: [3, 5, 4] }).model.inputShape).toEqual([
      3, 5, 4,
    ]);
  });

  test("windows in the padding alone, which programs read differently", () => {
    const attributes = {
      kernel_shape: { ints: [2, 2] },
      strides: { ints: [3, 3] },
      pads: { ints: [0, 0, 1, 1] },
      ceil_mode: { int: 1 },
    };
    const shape = ["N", 1, 3, 3];
    expect(complaint([node("MaxPool", ["images"], "logits", attributes)], {}, shape)).toContain(
      "has a last window that lies in the padding, which PyTorch leaves out and onnxruntime takes",
    );
  });
});

describe("batch norm's conventions", () => {
  test("statistics per element are refused", () => {
    expect(complaint([batchNorm({ spatial: { int: 0 } })], norm)).toContain(
      "has statistics per element (spatial = 0), expected per channel",
    );
  });

  test.each([
    ["training_mode", batchNorm({ training_mode: { int: 1 } })],
    ["more outputs", batchNorm({}, ["mean", "variance"])],
  ])("exported in training mode (%s): taken, and said", (_, one) => {
    const { model, notes } = read([one], norm);
    expect(model.nodes[0].kind).toBe("batchNorm");
    expect(notes).toEqual([
      'batch norm "logits" was exported in training mode; here the statistics are an argument, the running ones unless others are asked for',
    ]);
  });

  test("momentum is the fraction kept; ε is the node's, also by default", () => {
    const { model } = read([batchNorm({ momentum: { float: 0.75 } })], norm);
    expect(model.nodes[0].attributes).toMatchObject({ keep: 0.75, epsilon: 1e-5 });
  });
});

describe("layers that several nodes make", () => {
  const flat = node("Flatten", ["images"], "f");

  test("MatMul then Add is one dense layer; read twice, it is not", () => {
    const nodes = [flat, node("MatMul", ["f", "w"], "d"), node("Add", ["d", "b"], "logits")];
    const arrays = { w: weights([16, 3]), b: weights([3]) };
    expect(kinds(nodes, arrays)).toEqual(["flatten", "dense"]);
    const twice = [
      ...nodes.slice(0, 2),
      node("Add", ["d", "b"], "e"),
      node("Mul", ["d", "e"], "logits"),
    ];
    expect(kinds(twice, arrays)).toEqual(["flatten", "dense", "biasMap", "multiply"]);
  });

  test("group norm as PyTorch exports it is one norm", () => {
    const nodes = [
      node("Reshape", ["images", "apart"], "r"),
      node("InstanceNormalization", ["r", "one", "zero"], "n"),
      node("Reshape", ["n", "back"], "t"),
      node("Mul", ["t", "g"], "m"),
      node("Add", ["m", "g"], "logits"),
    ];
    const integers = (...list: number[]) => ({
      shape: [list.length],
      data: BigInt64Array.from(list, BigInt),
    });
    const arrays = {
      apart: integers(0, 2, -1),
      back: integers(0, 4, 2, 2),
      one: weights([2], 1),
      zero: weights([2], 0),
      g: weights([4, 1, 1]),
    };
    const { model } = read(nodes, arrays, ["N", 4, 2, 2]);
    expect(model.nodes.map(({ kind, attributes }) => [kind, attributes])).toEqual([
      ["groupNorm", { groups: 2, epsilon: 1e-5, scale: true, center: true }],
    ]);
  });

  test("an input with channels last comes in with channels first", () => {
    const nodes = [
      node("Transpose", ["images"], "t", { perm: { ints: [0, 3, 1, 2] } }),
      node("Relu", ["t"], "logits"),
    ];
    const { model, notes } = read(nodes, {}, ["N", 5, 4, 3]);
    expect(model.inputShape).toEqual([3, 5, 4]);
    expect(model.nodes.length).toBe(1);
    expect(notes).toEqual(["the file wants images [H,W,C]; here they are [C,H,W], as everywhere"]);
  });

  test("values joined before are joined once", () => {
    const join = (name: string, ...from: string[]) =>
      node("Concat", from, name, { axis: { int: 1 } });
    const nodes = [
      node("Relu", ["images"], "a"),
      join("b", "images", "a"),
      node("Relu", ["b"], "c"),
      join("logits", "images", "a", "c"),
    ];
    expect(kinds(nodes)).toEqual(["relu", "concat", "relu", "concat"]);
  });
});

describe("numbers", () => {
  test("Gemm: α·x·B + β·C, weights as rows of inputs", () => {
    // 2·(3·1 + 4·10) + 3·5 = 101.
    const arrays = {
      B: { shape: [2, 1], data: Float32Array.of(1, 10) },
      C: { shape: [1, 1], data: Float32Array.of(5) },
    };
    const attributes = { alpha: { float: 2 }, beta: { float: 3 } };
    const { model } = read([node("Gemm", ["images", "B", "C"], "logits", attributes)], arrays, [
      "N",
      2,
    ]);
    const x = tensor([1, 2, 1, 1], Float32Array.of(3, 4));
    expect([...session(model).forward(x).data]).toEqual([101]);
  });

  /** One weight tensor as raw message fields. */
  const typed = (type: number, fill: (m: ReturnType<typeof messageWriter>) => unknown) => {
    const t = messageWriter()
      .varint(1, 1)
      .varint(1, 1)
      .varint(1, 1)
      .varint(1, 1)
      .varint(2, type)
      .text(8, "w");
    fill(t);
    const extra = messageWriter().message(5, t).finish();
    const whole = file([node("Conv", ["images", "w"], "logits")]);
    // A graph that comes in two parts is one graph.
    const model = Uint8Array.of(...whole, ...messageWriter().bytes(7, extra).finish());
    return readOnnx(model, "net.onnx").model.parameters["logits.weight"].data[0];
  };

  test.each([
    ["float16 bits", 10, (m: ReturnType<typeof messageWriter>) => m.packed(5, [0x3e00]), 1.5],
    [
      "bfloat16 raw",
      16,
      (m: ReturnType<typeof messageWriter>) => m.bytes(9, Uint8Array.of(0xc0, 0x3f)),
      1.5,
    ],
    ["float32 alone", 1, (m: ReturnType<typeof messageWriter>) => m.float(4, 0.75), 0.75],
    [
      "double raw",
      11,
      (m: ReturnType<typeof messageWriter>) =>
        m.bytes(9, new Uint8Array(Float64Array.of(-2.5).buffer)),
      -2.5,
    ],
  ])("%s", (_, type, fill, value) => {
    expect(typed(type, fill)).toBe(value);
  });

  test.each<[string, number, (m: ReturnType<typeof messageWriter>) => unknown, readonly number[]]>([
    ["value_float", 1, (m) => m.float(2, 0.5), [0.5]],
    ["value_floats", 6, (m) => m.float(7, 0.5).float(7, 0.25), [0.5, 0.25]],
    ["value_int", 2, (m) => m.varint(3, 3), [3]],
    ["value_ints", 7, (m) => m.varint(8, 3).varint(8, 4), [3, 4]],
  ])("a constant as %s", (name, type, fill, values) => {
    const attribute = messageWriter().text(1, name);
    fill(attribute);
    attribute.varint(20, type);
    const constant = messageWriter().text(2, "c").text(4, "Constant").message(5, attribute);
    const rest = file(
      [node("Cast", ["c"], "f", { to: { int: 1 } }), node("Add", ["images", "f"], "logits")],
      {},
      ["N", 1, 1, values.length],
    );
    const before = messageWriter().message(7, messageWriter().message(1, constant)).finish();
    const { model } = readOnnx(Uint8Array.of(...before, ...rest), "net.onnx");
    const x = tensor([1, 1, 1, values.length], new Float32Array(values.length));
    expect([...session(model).forward(x).data]).toEqual(values);
  });

  test("softmax over the channels of one pixel, by either rule of its axis", () => {
    for (const [opset, attributes] of [
      [11, {}],
      [17, { axis: { int: 1 } }],
      [17, { axis: { int: -3 } }],
    ] as const) {
      const nodes = [
        node("GlobalAveragePool", ["images"], "g"),
        node("Softmax", ["g"], "logits", attributes),
      ];
      const { model } = read(nodes, {}, ["N", 2, 1, 1], opset);
      expect(model.nodes.at(-1)?.kind).toBe("softmax");
      const y = session(model).forward(tensor([1, 2, 1, 1], Float32Array.of(0, Math.log(3))));
      expect(y.shape).toEqual([1, 2]);
      expect(y.data[1]).toBeCloseTo(0.75, 6);
    }
    const last = [node("GlobalAveragePool", ["images"], "g"), node("Softmax", ["g"], "logits")];
    expect(complaint(last, {}, ["N", 2, 1, 1])).toContain("works along axis -1 of [N,2,1,1]");
  });

  test("an opset that is not known yet is read as the newest, and said", () => {
    const { notes } = read([node("Relu", ["images"], "logits")], {}, undefined, 40);
    expect(notes).toEqual([
      "the file has opset 40, newer than is known here: its operators are read as those of opset 26",
    ]);
  });

  test("an uneven average: padding after, counted only where asked", () => {
    // Row 0 1 2 3, windows of 3 from places 0 and 2, one zero after: means 1 and (2 + 3)/2, or (2 + 3 + 0)/3.
    const means = (count: number) => {
      const attributes = {
        kernel_shape: { ints: [1, 3] },
        strides: { ints: [2, 2] },
        pads: { ints: [0, 0, 0, 1] },
        count_include_pad: { int: count },
      };
      const { model } = read([node("AveragePool", ["images"], "logits", attributes)], {}, [
        "N",
        1,
        1,
        4,
      ]);
      return [
        ...session(model, { backend: "reference" }).forward(tensor([1, 1, 1, 4], counted(4))).data,
      ];
    };
    expect(means(0)).toEqual([1, 2.5]);
    expect(means(1)[1]).toBeCloseTo(5 / 3, 12);
  });
});

describe("enlarging", () => {
  const one = weights([1, 1, 1, 1], 1);
  const enlarge = (
    scales: readonly number[],
    attributes: Attributes,
    input = "",
    sizes?: number[],
  ) =>
    [
      [
        node("Conv", ["images", "one"], "c"),
        node(
          "Resize",
          ["c", input, sizes ? "" : "scales", ...(sizes ? ["sizes"] : [])],
          "logits",
          attributes,
        ),
      ],
      {
        one,
        scales: { shape: [4], data: Float32Array.from(scales) },
        sizes: { shape: [4], data: BigInt64Array.from(sizes ?? [], BigInt) },
      },
      ["N", 1, 1, 2],
    ] as const;
  const text = (value: string) => ({ text: value });

  test("by nearest pixels repeats them", () => {
    for (const [scales, attributes, sizes] of [
      [[1, 1, 2, 2], {}],
      [
        [1, 1, 2, 2],
        { coordinate_transformation_mode: text("asymmetric"), nearest_mode: text("floor") },
      ],
      [[], { nearest_mode: text("round_prefer_ceil") }, [1, 1, 2, 4]],
    ] as const) {
      const { model } = read(...enlarge(scales, attributes, "", sizes && [...sizes]));
      const y = session(model).forward(tensor([1, 1, 1, 2], Float32Array.of(3, 5)));
      expect([...y.data]).toEqual([3, 3, 5, 5, 3, 3, 5, 5]);
    }
  });

  test("otherwise it is refused, with the way that it has", () => {
    const said = (scales: readonly number[], attributes: Attributes) =>
      complaint(...enlarge(scales, attributes));
    expect(said([1, 1, 1, 1.5], {})).toContain(
      'node 1 "logits", Resize (reads "c", "scales"): takes nearest pixels unevenly (by 1×1.5, half_pixel, round_prefer_floor); resize by whole numbers with half_pixel, or bilinearly, or use a transposed convolution',
    );
    expect(said([1, 1, 3, 3], { coordinate_transformation_mode: text("asymmetric") })).toContain(
      "takes nearest pixels unevenly (by 3×3, asymmetric, round_prefer_floor)",
    );
    expect(said([1, 2, 2, 2], {})).toContain("has factors 1×2×2×2");
  });
});

describe("GELU in its parts", () => {
  const number = (value: number) => ({ shape: [], data: Float32Array.of(value) });
  const numbers = (half: number, root: number) => ({
    half: number(half),
    root: number(root),
    one: number(1),
  });
  const parts = [
    node("Mul", ["images", "root"], "a"),
    node("Erf", ["a"], "b"),
    node("Add", ["one", "b"], "c"),
    node("Mul", ["images", "half"], "d"),
    node("Mul", ["c", "d"], "logits"),
  ];

  test("is one node, x·Φ(x): Φ(1) = 0.8413447460685429", () => {
    const { model } = read(parts, numbers(0.5, Math.SQRT1_2), ["N", 1, 1, 2]);
    expect(model.nodes.map(({ kind, id }) => `${id} ${kind}`)).toEqual(["logits gelu"]);
    const y = session(model, { backend: "reference" }).forward(
      tensor([1, 1, 1, 2], Float64Array.of(1, -1)),
    );
    expect(y.data[0]).toBeCloseTo(0.8413447460685429, 12);
    expect(y.data[1]).toBeCloseTo(-0.15865525393145707, 12);
  });

  test("with other numbers it is none, and its Erf stays in the way", () => {
    for (const [half, root] of [
      [0.51, Math.SQRT1_2],
      [0.5, 0.7],
    ])
      expect(complaint(parts, numbers(half, root))).toContain(
        'node 1 "b", Erf (reads "a"): is no operator that can be taken; it is taken in GELU alone: x·½·(1 + erf(x/√2)), its numbers in the file',
      );
  });

  test("not of another value than the one that it weighs", () => {
    const other = [node("Relu", ["images"], "r"), ...parts];
    other[4] = node("Mul", ["r", "half"], "d");
    expect(complaint(other, numbers(0.5, Math.SQRT1_2))).toContain('"b", Erf');
  });
});
