/** `normlens explain`, `fold` and `audit` as users run them. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fitted } from "../../src/cli/explain-channels.js";
import { targetOf } from "../../src/cli/explain-job.js";
import { session } from "../../src/engine/session.js";
import { explainers } from "../../src/explain/index.js";
import { loadModel, saveModel } from "../../src/formats/checkpoint.node.js";
import { writeIdx } from "../../src/formats/idx.js";
import { readNpy, writeNpy } from "../../src/formats/npy.js";
import { writeOnnx } from "../../src/formats/onnx/index.js";
import { writePng } from "../../src/formats/png-write.node.js";
import { dense, flatten, sequential, softmax } from "../../src/model/build.js";
import { initialise, withParameters } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { scaled } from "../../src/report/colour-maps.js";
import { random } from "../../src/tensor/random.js";
import { tensor } from "../../src/tensor/tensor.js";
import { worst } from "../golden.js";
import { normlens } from "./run.js";

let folder = "";
const at = (name: string) => join(folder, name);
const stream = random("pictures");
const bytes = Uint8Array.from({ length: 3 * 784 }, () => stream.below(256));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "normlens explain "));
  const model = initialise(zoo.seed(), random(0));
  await saveModel(model, at("model.safetensors"));
  await saveModel(initialise(zoo.seed({ norm: "none" }), random(0)), at("plain.safetensors"));
  await writeFile(at("three.idx"), writeIdx({ shape: [3, 28, 28], data: bytes }));
  const colour = Uint8Array.from({ length: 40 * 30 * 3 }, () => stream.below(256));
  await writeFile(at("colour.png"), writePng(colour, 40, 30));
  await mkdir(at("empty"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]) => normlens(args, { cwd: folder });

describe("explain", () => {
  test("writes pictures, numbers, a page and a record that name what made them", async () => {
    const { code, out, err } = await run(
      "explain",
      "model.safetensors",
      "three.idx#1-2",
      "--method",
      "saliency,integratedGradients,gradCam",
      "--target",
      "top-second",
      "--steps",
      "8",
      "--out",
      "maps",
      "--json",
    );
    expect([code, err]).toEqual([0, expect.stringContaining("three.idx#1: class")]);
    const record = JSON.parse(out);
    expect(JSON.parse(await readFile(at("maps/explain.json"), "utf8"))).toEqual(record);
    expect(record.results.map((each: { method: string }) => each.method)).toEqual([
      "saliency",
      "integratedGradients",
      "gradCam",
    ]);
    const [, integral] = record.results;
    expect(integral.settings).toMatchObject({ steps: 8, baseline: "zero", stats: "running" });
    const [first] = integral.images;
    expect(first.target).not.toBe(first.against);

    const { model } = await loadModel(at("model.safetensors"));
    const x = tensor(
      [1, 1, 28, 28],
      Float32Array.from(bytes.subarray(784, 2 * 784), (v) => v / 255),
    );
    const expected = explainers.integratedGradients.explain(session(model), x, {
      steps: 8,
      target: {
        target: () => Int32Array.of(first.target),
        against: () => Int32Array.of(first.against),
      },
    });
    const stored = readNpy(await readFile(at(`maps/${first.values}`)), "values");
    expect(stored.shape).toEqual([1, 28, 28]);
    expect(worst(Float64Array.from(stored.data, Number), expected.values.data)).toBe(0);

    // The largest pixel of the map in its drawing: full purple or full orange.
    const map = scaled(Float64Array.from(expected.values.data), "attribution");
    const peak = map.t.findIndex((v) => Math.abs(v) === 1);
    const { data, width } = PNG.sync.read(await readFile(at(`maps/${first.map}`)));
    const pixel = ((Math.floor(peak / 28) * 8 + 3) * width + (peak % 28) * 8 + 3) * 4;
    expect([width, ...data.subarray(pixel, pixel + 3)]).toEqual([
      224,
      ...(map.t[peak] > 0 ? [0x2d, 0x00, 0x4b] : [0x7f, 0x3b, 0x08]),
    ]);
    const page = await readFile(at("maps/explain.html"), "utf8");
    expect(page.match(/<img/g)?.length).toBe(2 * (1 + 3 * 2));
    expect(page).toContain(
      "normlens explain model.safetensors three.idx#1-2 --method saliency,integratedGradients,gradCam " +
        "--target top-second --steps 8 --out maps<",
    );
    expect(page).not.toMatch(/https?:\/\//);
  });

  test("the same command twice writes the same bytes", async () => {
    const args = ["explain", "model.safetensors", "three.idx#0", "--method", "smoothGrad,rise"];
    const pages = await Promise.all(
      ["a", "b"].map(async (out) => {
        await run(...args, "--samples", "20", "--out", `same/${out}`);
        return (await readFile(at(`same/${out}/explain.json`), "utf8")).replaceAll(
          `same/${out}`,
          "",
        );
      }),
    );
    expect(pages[0]).toBe(pages[1]);
  });

  test("resizes only when asked", async () => {
    const refused = await run("explain", "model.safetensors", "colour.png");
    expect(refused).toMatchObject({
      code: 2,
      err:
        "normlens: shapes do not fit: explain: got a picture of 3×30×40 (colour.png), expected 1×28×28 " +
        "as the model takes; give --resize to fit it\n",
    });
    const { code, out } = await run(
      ...["explain", "model.safetensors", "colour.png", "--resize", "--method", "saliency"],
    );
    expect(code).toBe(0);
    expect(out).toContain("(resized from 40×30, made grey)");
  });

  test("pictures of a NumPy array [N,H,W,C]: the maps of the same bytes as IDX", async () => {
    await writeFile(at("three.npy"), writeNpy({ shape: [3, 28, 28, 1], data: bytes }));
    const maps = async (file: string) => {
      const args = ["explain", "model.safetensors", `${file}#1-2`, "--method", "saliency"];
      const { code, out } = await run(...args, "--out", file.slice(6), "--json");
      expect(code).toBe(0);
      const [{ images }] = JSON.parse(out).results;
      expect(images.length).toBe(2);
      return JSON.stringify(
        images.map(({ scale, target }: Record<string, unknown>) => [scale, target]),
      );
    };
    expect(await maps("three.npy")).toBe(await maps("three.idx"));
  });

  test.each([
    [["three.idx"], "got three.idx with 3 pictures, expected an index; write three.idx#0 up to #2"],
    [["three.idx#2-5"], "got pictures 2 to 5 of three.idx, expected 0 to 2"],
    [["three.idx#7"], "got picture 7 of three.idx, expected 0 to 2"],
    [["model.safetensors"], "expected a PNG, a JPEG, or an IDX or npy file with an index"],
    [["nowhere.png"], "nowhere.png: cannot be read: it does not exist; check the path"],
    [["three.idx#0", "--method", "salience"], "did you mean saliency?"],
    [
      ["three.idx#0", "--target", "worst"],
      'got "worst", expected top, second, a class number (or name, if --classes or --data say them)',
    ],
    [["three.idx#0", "--target", "12"], "target: got class 12 for image 0, expected 0 to 9"],
    [
      ["three.idx#0", "--layer", "pond"],
      'got layer "pond", expected one of conv, relu, norm, pool',
    ],
    [["three.idx#0", "--method", "expectedGradients"], "name the training set with --data"],
    [[], "got no image, expected `normlens explain <model> <image>`"],
  ])("%j is refused with a reason", async (args, reason) => {
    const { code, err } = await run("explain", "model.safetensors", ...args);
    expect(code).toBeGreaterThan(1);
    expect(err).toContain(reason);
    expect(err.split("\n").length).toBe(2);
  });
});

test("a target by name, by number, or a difference of two", () => {
  const classes = ["cat", "dog", "t-rex", "7"];
  const logits = tensor([1, 8], Float32Array.of(1, 5, 2, 0, 3, 0, 0, 0));
  const chosen = (text: string) => {
    const target = targetOf(text, classes);
    return "target" in target
      ? [target.target(logits)[0], target.against(logits)[0]]
      : [target(logits)[0]];
  };
  expect(["top", "second", "6", "cat", "t-rex", "7"].map(chosen)).toEqual([
    [1],
    [4],
    [6],
    [0],
    [2],
    [3], // a class of that name
  ]);
  expect(["top-second", "3-5", "dog-cat", "t-rex-cat", "top-t-rex"].map(chosen)).toEqual([
    [1, 4],
    [3, 5],
    [1, 0],
    [2, 0],
    [1, 2],
  ]);
  expect(() => targetOf("dig", classes)).toThrow(
    '--target: got "dig", expected top, second, a class number or name (cat, dog, t-rex, 7), or the difference of two such as top-second; did you mean dog?',
  );
});

test("a folder stands for its pictures; one without any is refused", async () => {
  await mkdir(at("photos/inner"), { recursive: true });
  for (const name of ["photos/b.png", "photos/a.png", "photos/inner/c.png"])
    await writeFile(at(name), writePng(new Uint8Array(3 * 64).fill(9), 8, 8));
  await writeFile(at("photos/notes.txt"), "none");
  const { code, out } = await run("explain", "model.safetensors", "photos", "--resize");
  expect(code).toBe(0);
  expect([...out.matchAll(/^(\w\.png): class/gm)].map(([, name]) => name)).toEqual([
    "a.png",
    "b.png",
  ]);
  const none = await run("explain", "model.safetensors", "empty");
  expect(none.err).toBe(
    "normlens: unusable file: empty: got a folder with 0 pictures, expected 1 to 256; name the pictures\n",
  );
});

test("all methods: what this model or these options forbid is named and left out", async () => {
  const fast = ["--method", "all", "--samples", "32", "--steps", "2", "--target", "top-second"];
  const { code, out } = await run("explain", "model.safetensors", "three.idx#0", ...fast);
  expect(code).toBe(0);
  const words = out.replaceAll(/\s+/g, " ");
  expect(words).toMatch(/class \d rather than class \d, by 24 methods/);
  expect(words).toContain("left out: expectedGradients needs a background; name the training set");
  expect(words).toContain("left out: excitationBackpropagation: got the difference of two classes");
});

test("of the usual methods one that the model has no layer for is left out", async () => {
  const layers = [flatten(), dense({ id: "dense", units: 3 })];
  const linear = initialise(sequential([1, 28, 28], layers), random(0));
  await saveModel(linear, at("linear.safetensors"));
  const { code, out } = await run("explain", "linear.safetensors", "three.idx#0");
  expect(code).toBe(0);
  expect(out.replaceAll(/\s+/g, " ")).toMatch(
    /by 3 methods left out: class activation: got a model without a rectified image/,
  );
  const asked = await run("explain", "linear.safetensors", "three.idx#0", "--method", "gradCam");
  expect(asked.code).toBe(1);
});

test("a softmax at the end of a file is left off: logits are explained, with their share", async () => {
  const wide = tensor([3, 784]);
  wide.data[0] = 2;
  const layers = [flatten(), dense({ id: "dense", units: 3 }), softmax({ id: "softmax" })];
  const model = withParameters(sequential([1, 28, 28], layers), {
    "dense.weight": wide,
    "dense.bias": tensor([3]),
  });
  await writeFile(at("softmax.onnx"), writeOnnx(model));
  const x = Math.fround(bytes[0] / 255);
  const asked = ["explain", "softmax.onnx", "three.idx#0", "--method", "saliency"];
  const { out } = await run(...asked, "--json");
  const [image] = JSON.parse(out).results[0].images;
  expect(image.output).toBeCloseTo(2 * x, 6);
  expect(image.probability).toBeCloseTo(Math.exp(2 * x) / (Math.exp(2 * x) + 2), 6);
  expect(image.scale).toEqual([0, 2]);
  const shown = await run(...asked);
  expect(shown.out).toContain(`class 0 (${(100 * image.probability).toFixed(1)} %), by 1 method`);
});

describe("resizing", () => {
  const planes = (H: number, W: number, values: number[], C = 1) => ({
    C,
    H,
    W,
    data: Float32Array.from(values),
  });
  test("halving takes a triangle's mean, doubling interpolates", () => {
    // Row 0 1 2 3 → 2: weights 3/8, 3/8, 1/8, 0 and so on, normalised at the border.
    const half = fitted(planes(1, 4, [0, 1, 2, 3]), [1, 1, 2]);
    expect(half[0]).toBeCloseTo((0 * 0.75 + 1 * 0.75 + 2 * 0.25) / 1.75, 6);
    expect([...fitted(planes(1, 2, [0, 1]), [1, 1, 4])]).toEqual([0, 0.25, 0.75, 1]);
  });
  test("constants stay, colours become the eye's grey", () => {
    for (const v of fitted(planes(7, 5, new Array(35).fill(0.5)), [1, 3, 9]))
      expect(v).toBeCloseTo(0.5, 6);
    expect(fitted(planes(1, 1, [1, 0.5, 0.25], 3), [1, 1, 1])[0]).toBeCloseTo(
      0.299 + 0.587 * 0.5 + 0.114 * 0.25,
      6,
    );
    expect([...fitted(planes(1, 2, [0.25, 1]), [3, 1, 2])]).toEqual([0.25, 1, 0.25, 1, 0.25, 1]);
  });
});

describe("fold", () => {
  test("writes a model of the same function, with the evidence", async () => {
    const { code, out } = await run("fold", "model.safetensors", "-o", "folded.safetensors");
    expect(code).toBe(0);
    expect(out).toMatch(/norm {3}into dense {3}relu → batchNorm → maxPool2d → flatten → dense/);
    const [before, after] = await Promise.all(
      ["model", "folded"].map((name) => loadModel(at(`${name}.safetensors`))),
    );
    expect(after.model.nodes.some(({ kind }) => kind === "batchNorm")).toBe(false);
    expect(after.metadata.foldedFrom).toMatch(/^[0-9a-f]{64}$/);
    const x = tensor(
      [3, 1, 28, 28],
      Float32Array.from(bytes, (v) => v / 255),
    );
    const [a, b] = [before, after].map(({ model }) => session(model).forward(x).data);
    expect(worst(b, a)).toBeLessThan(1e-5);
  });
  test("refuses a model without batch norm, and to write over its input", async () => {
    expect((await run("fold", "plain.safetensors")).err).toContain(
      "fold: got a model without batchNorm (plain.safetensors), expected one to fold",
    );
    expect((await run("fold", "model.safetensors", "-o", "model.safetensors")).err).toContain(
      "expected another file than the model itself",
    );
  });
});

describe("audit", () => {
  test("says what is wrong, in the terminal, as JSON and on a page", async () => {
    const { code, out, err } = await run(
      ...["audit", "model.safetensors", "--images", "16", "--maps", "2", "--json"],
    );
    expect(code).toBe(0);
    const { audit } = JSON.parse(out);
    expect(audit).toMatchObject({ images: 16, maps: 2, batchNorms: 1 });
    expect(err).toContain("✓ Folding keeps the function");
    // Running statistics of an untrained model are 0 and 1.
    expect(err).toContain("! The running statistics of norm do not fit these images");
    const page = await readFile(at("audit/audit.html"), "utf8");
    expect(page).toContain("Batch Norm folded");
    expect(page).toContain("How far maps move when Batch Norm is folded");
    expect(JSON.parse(await readFile(at("audit/audit.json"), "utf8"))).toEqual(audit);
  });
  test("wants images that the model takes", async () => {
    await saveModel(
      initialise(zoo.seed({ inputShape: [1, 9, 9] }), random(0)),
      at("small.safetensors"),
    );
    expect((await run("audit", "small.safetensors")).err).toContain(
      "audit: got glyphs, whose images are [1,28,28], expected [1,9,9] as the model takes",
    );
  });
});
