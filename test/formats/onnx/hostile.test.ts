/** Damaged and malicious ONNX files: a clear error each, no hang, no crash. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadAnyModel } from "../../../src/formats/load-model.node.js";
import { readOnnx, writeOnnx } from "../../../src/formats/onnx/index.js";
import { messageWriter } from "../../../src/formats/onnx/wire.js";
import { random } from "../../../src/tensor/random.js";
import { messageOf, survive, withByte } from "../hostile.js";
import { file, node, weights } from "./files.js";

const read = (bytes: Uint8Array, name: string) => readOnnx(bytes, name);

const small = file(
  [
    node("Conv", ["images", "w"], "a", { pads: { ints: [1, 1, 1, 1] } }),
    node("BatchNormalization", ["a", "s", "b", "m", "v"], "c"),
    node("Relu", ["c"], "d"),
    node("Shape", ["d"], "e"),
    node("Gather", ["e", "zero"], "f"),
    node("Unsqueeze", ["f", "axis"], "g"),
    node("Concat", ["g", "rest"], "h", { axis: { int: 0 } }),
    node("Reshape", ["d", "h"], "i"),
    node("Gemm", ["i", "fc"], "logits", { transB: { int: 1 } }),
  ],
  {
    w: weights([2, 1, 3, 3]),
    s: weights([2]),
    b: weights([2]),
    m: weights([2]),
    v: weights([2], 1),
    fc: weights([3, 32]),
    zero: { shape: [], data: BigInt64Array.of(0n) },
    axis: { shape: [1], data: BigInt64Array.of(0n) },
    rest: { shape: [1], data: BigInt64Array.of(-1n) },
  },
);

describe("damage", () => {
  test("the file itself is sound", () => {
    const { model } = read(small, "small");
    expect(model.nodes.map(({ kind }) => kind)).toEqual([
      "conv2d",
      "batchNorm",
      "relu",
      "flatten",
      "dense",
    ]);
  });

  test("cut at every length", () => {
    for (let length = 0; length < small.length; length++)
      expect(survive(read, small.slice(0, length)), `cut to ${length}`).toBeUndefined();
  });

  test("3,000 mutations: an error or a model, within the time", () => {
    const dice = random("mutations");
    let [refused, read_] = [0, 0];
    for (let k = 0; k < 3000; k++) {
      let bytes: Uint8Array = small.slice();
      for (let times = 1 + dice.below(4); times > 0; times--) {
        const at = dice.below(bytes.length);
        const way = dice.below(4);
        if (way === 0) bytes = withByte(bytes, at, dice.below(256));
        else if (way === 1) bytes = withByte(bytes, at, bytes[at] ^ (1 << dice.below(8)));
        else if (way === 2)
          bytes = Uint8Array.of(...bytes.slice(0, at), ...bytes.slice(at + 1 + dice.below(8)));
        else bytes = Uint8Array.of(...bytes.slice(0, at), dice.below(256), ...bytes.slice(at));
      }
      if (survive(read, bytes)) read_++;
      else refused++;
    }
    expect(refused).toBeGreaterThan(300);
    expect(read_).toBeGreaterThan(150); // mutated weights are weights
  }, 30_000);
});

describe("malice", () => {
  const graph = (nodes: Parameters<typeof file>[0], arrays = {}, shape?: (number | string)[]) =>
    messageOf(() => read(file(nodes, arrays, shape), "evil.onnx"));

  test("rings and loose ends", () => {
    expect(
      graph([
        node("Add", ["images", "b"], "a"),
        node("Relu", ["a"], "b"),
        node("Relu", ["b"], "logits"),
      ]),
    ).toBe(
      'evil.onnx: got input "b", which comes from node 1, expected values that come from nodes before it (node 0 "a", Add); the graph has a ring or is not in order; export it again',
    );
    expect(graph([node("Relu", ["nowhere"], "logits")])).toBe(
      'evil.onnx: got input "nowhere", which nothing makes, expected values that come from nodes before it (node 0 "logits", Relu); the file is damaged or incomplete, fetch or write it again',
    );
    expect(graph([node("Relu", ["images"], "logits"), node("Relu", ["images"], "logits")])).toBe(
      'evil.onnx: got value "logits" made twice, expected a maker of its own for each value (node 1 "logits", Relu); the file is damaged or incomplete, fetch or write it again',
    );
  });

  test("gigantic shapes", () => {
    expect(graph([node("Relu", ["images"], "logits")], {}, ["N", 65536, 65536, 65536])).toContain(
      "got shape [N,65536,65536,65536], expected at most 134217728 elements",
    );
    const large = { shape: [2 ** 20, 2 ** 20], data: new Float32Array(0) };
    expect(graph([node("Gemm", ["images", "w"], "logits")], { w: large })).toContain(
      "got shape [1048576,1048576], expected at most 536870912 elements",
    );
    const lengths = { shape: [2], data: BigInt64Array.of(30_000n, 10_000n) };
    expect(
      graph([node("ConstantOfShape", ["n"], "w"), node("Gemm", ["images", "w"], "logits")], {
        n: lengths,
      }),
    ).toContain("makes constants of too many elements");
    expect(
      graph([node("Pad", ["images", "p"], "logits")], {
        p: { shape: [8], data: BigInt64Array.of(0n, 0n, 2n ** 30n, 2n ** 30n, 0n, 0n, 0n, 0n) },
      }),
    ).toContain("makes a value of shape [1,1073741828,1073741828]");
  });

  test("weights that are no numbers, variances below 0", () => {
    const broken = weights([2, 1, 3, 3]);
    broken.data[7] = Number.NaN;
    expect(graph([node("Conv", ["images", "w"], "logits")], { w: broken })).toBe(
      'evil.onnx: got NaN, expected a finite number (tensor "w", element 7); the values were broken when the model was exported; export it again from a sound model',
    );
    const norm = { s: weights([1]), b: weights([1]), m: weights([1]), v: weights([1], -1) };
    expect(
      graph([node("BatchNormalization", ["images", "s", "b", "m", "v"], "logits")], norm),
    ).toContain("has a running variance below 0 in channel 0");
  });

  test("a million empty fields in one message end in an error", () => {
    const bytes = new Uint8Array(9_000_000);
    for (let i = 0; i < bytes.length; i += 2) bytes[i] = 0x18;
    const model = messageWriter().bytes(7, bytes).finish();
    expect(messageOf(() => read(model, "evil.onnx"))).toContain("more than 4,000,000 fields");
  });

  test("names of JavaScript's own are no operators", () => {
    expect(graph([node("constructor", ["images"], "logits")])).toContain(
      "is no operator that can be taken",
    );
  });
});

describe("external data", () => {
  const folder = mkdtempSync(join(tmpdir(), "normlens-onnx-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const inside = join(folder, "model");
  mkdirSync(inside);
  const data = new Uint8Array(Float32Array.from({ length: 48 }, (_, i) => i / 48).buffer);
  writeFileSync(join(inside, "weights.bin"), Uint8Array.of(9, 9, 9, 9, ...data));
  writeFileSync(join(folder, "secret.bin"), data);
  symlinkSync(join(folder, "secret.bin"), join(inside, "link.bin"));

  const stored = (location: string, entries: Record<string, string> = {}) => {
    const path = join(inside, "model.onnx");
    const nodes = [
      node("Flatten", ["images"], "f"),
      node("Gemm", ["f", "w"], "logits", { transB: { int: 1 } }),
    ];
    writeFileSync(path, file(nodes, { w: { shape: [3, 16], external: { location, ...entries } } }));
    return loadAnyModel(path);
  };

  test("beside the model: read at its offset", async () => {
    const { model, format } = await stored("weights.bin", { offset: "4", length: "192" });
    expect(format).toBe("onnx");
    expect(
      model.parameters["w.weight"]?.data[47] ?? model.parameters["logits.weight"].data[47],
    ).toBe(Math.fround(47 / 48));
  });

  test.each(["../secret.bin", "/etc/hostname", "link.bin", "a/../../secret.bin", ""])(
    "outside the folder: %s",
    async (location) => {
      await expect(stored(location)).rejects.toThrow(
        /expected a file in the model's own folder \(external data\)|cannot be read/,
      );
    },
  );

  test("missing, or too short", async () => {
    await expect(stored("none.bin")).rejects.toThrow(
      'got no file "none.bin" beside it, expected one with weights; copy it into the same folder',
    );
    await expect(stored("weights.bin", { offset: "8" })).rejects.toThrow(
      "got 188 bytes, expected 192 bytes",
    );
    await expect(stored("weights.bin", { offset: "-4" })).rejects.toThrow(
      "expected a part of the 196 bytes",
    );
  });

  test("a file of no known kind", async () => {
    const path = join(inside, "model.bin");
    writeFileSync(path, "GGUF no model");
    await expect(loadAnyModel(path)).rejects.toThrow("got a file that begins with 47 47 55 46");
    expect((await loadAnyModel(await renamed(path))).format).toBe("onnx");
  });

  test("what is done to pixels travels with the model", async () => {
    const { model } = readOnnx(
      readFileSync(new URL("../../golden/onnx/seed.onnx", import.meta.url)),
      "seed",
    );
    const path = join(inside, "with-pixels.onnx");
    const text = "scale=1/255; mean=0.5; std=0.25; channels=rgb";
    writeFileSync(path, writeOnnx(model, { metadata: { "normlens.preprocessing": text } }));
    const { preprocessing } = await loadAnyModel(path);
    expect(preprocessing).toEqual({ scale: 1 / 255, mean: [0.5], std: [0.25], channels: "rgb" });
  });

  async function renamed(path: string): Promise<string> {
    writeFileSync(path, readFileSync(new URL("../../golden/onnx/seed.onnx", import.meta.url)));
    return path;
  }
});
