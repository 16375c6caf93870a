/** Commands on models of Keras, TensorFlow.js and PyTorch: what is shown, folded and refused. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { writePng } from "../../src/formats/png-write.node.js";
import { writeSafetensors } from "../../src/formats/safetensors-write.js";
import { initialise } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { random } from "../../src/tensor/random.js";
import {
  archive,
  batchNorm,
  convolution,
  layer,
  network,
  tfjs,
  weight,
} from "../formats/keras/files.js";
import { normlens } from "./run.js";

const folder = mkdtempSync(join(tmpdir(), "normlens-others-"));
afterAll(() => rmSync(folder, { recursive: true }));

const net = network(
  [8, 8, 3],
  [
    layer("Rescaling", "rescaling", { scale: 1 / 127.5, offset: -1 }),
    convolution("conv", [3, 3], [3, 4], { padding: "same", strides: [2, 2] }),
    batchNorm("norm", 4),
    layer("Activation", "act", { activation: "relu" }),
    layer("Flatten", "flat"),
    layer(
      "Dense",
      "dense",
      { units: 3, activation: "softmax" },
      { kernel: weight([64, 3]), bias: weight([3]) },
    ),
  ],
);

const lines = (out: string): string[] =>
  out.split("\n").map((line) => line.trim().replace(/ {2,}/g, " | "));

test("inspect and fold a Keras archive: its preprocessing is shown and goes with the folded model", async () => {
  const path = join(folder, "model.keras");
  writeFileSync(path, archive(net));
  const { code, out, err } = await normlens(["inspect", path]);
  expect([code, err]).toEqual([0, ""]);
  expect(lines(out)).toContain("pixels | scale=0.00784313725490196; mean=1; std=1; channels=rgb");
  expect(out).toContain("(keras, written by Keras 3.10.0)");
  expect(lines(out)).toContain(
    "conv | conv2d | filters 4, kernel 3×3, stride 2, padding 0×0×1×1 | 4×4×4 | 112 | 1,728",
  );
  expect(out.replace(/\s+/g, " ")).toContain(
    '• layer "rescaling" (Rescaling) stands first: it is read as what is done to pixels',
  );
  const folded = join(folder, "folded.onnx");
  const fold = await normlens(["fold", path, "-o", folded]);
  expect(fold.code).toBe(0);
  expect(fold.out).toContain(`next     normlens compare ${path} ${folded} --data NAME\n`);
  const again = await normlens(["inspect", folded]);
  expect(lines(again.out)).toContain(
    "pixels | scale=0.00784313725490196; mean=1; std=1; channels=rgb",
  );
  expect(again.out).not.toContain("batchNorm");
});

test("a TensorFlow.js folder", async () => {
  const path = join(folder, "tfjs");
  mkdirSync(path);
  const { model, files } = tfjs(net);
  writeFileSync(join(path, "model.json"), model);
  for (const [name, bytes] of files) writeFileSync(join(path, name), bytes);
  const { code, out } = await normlens(["inspect", path, "--json"]);
  const found = JSON.parse(out);
  expect([code, found.format, found.preprocessing.mean]).toEqual([0, "tfjs", [1]]);
});

test("a folder that holds no model", async () => {
  const { code, err } = await normlens(["inspect", folder]);
  expect([code, err]).toEqual([
    3,
    `normlens: unusable file: ${folder}: got a folder without a model.json, expected a model's file, or a folder of TensorFlow.js; name the file in it\n`,
  ]);
});

/** Two pictures of 8×8 for each of three classes and each split. */
function pictures(): string {
  const path = join(folder, "pictures");
  for (const split of ["train", "validation"])
    for (const [k, name] of ["a", "b", "c"].entries()) {
      mkdirSync(join(path, split, name), { recursive: true });
      for (const i of [0, 1])
        writeFileSync(
          join(path, split, name, `${i}.png`),
          writePng(
            Uint8Array.from({ length: 192 }, (_, p) => (40 * k + 7 * p + 11 * i) % 256),
            8,
            8,
          ),
        );
    }
  return path;
}

test("evaluate and compare a Keras archive with a TensorFlow.js folder", async () => {
  const [keras, web, data] = [join(folder, "both.keras"), join(folder, "web"), pictures()];
  const raw = network(
    [8, 8, 3],
    net.layers.slice(1).map((each) => ({ ...each, inputs: [] })),
  );
  writeFileSync(keras, archive(raw));
  const { model, files } = tfjs(net);
  mkdirSync(web);
  writeFileSync(join(web, "model.json"), model);
  for (const [name, bytes] of files) writeFileSync(join(web, name), bytes);
  const given = ["--data", "mine", "--data-dir", data, "--validation-images", "6"];
  const out = join(folder, "evaluated");
  const asked = ["--measures", "calibrationError", "--out", out];
  const one = await normlens(["evaluate", keras, ...given, ...asked]);
  expect([one.code, one.err]).toEqual([0, ""]);
  expect(one.out).toContain(
    "both.keras, pixels from 0 to 1 (not in the file; --preprocess says otherwise)",
  );
  expect(one.out).not.toMatch(/ 1 images/);
  expect(readFileSync(join(out, "evaluation.html"), "utf8")).toContain(
    `normlens evaluate ${keras} ${[...given, ...asked].join(" ")}`,
  );
  const two = await normlens(["compare", keras, web, ...given, ...asked]);
  expect([two.code, two.err]).toEqual([0, ""]);
  expect(two.out).toContain("web, pixels scale=0.00784313725490196; mean=1; std=1; channels=rgb");
  expect(two.out).toMatch(/predictions agree on [\d.]+ % of 6 images of mine/);
  const same = await normlens([
    ...["compare", keras, web, ...given, ...asked],
    ...["--preprocess", "signed"],
  ]);
  expect(same.out).toContain("The same function: logits differ by at most");
});

test("a network is for weights alone: beside a whole model, as compare may have one, it says nothing", async () => {
  const golden = fileURLToPath(new URL("../golden/onnx/seed.onnx", import.meta.url));
  const own = join(folder, "own.safetensors");
  expect((await normlens(["convert", golden, "-o", own])).code).toBe(0);
  for (const model of [golden, own]) {
    const { code, out } = await normlens(["inspect", model, "--network", "seed"]);
    expect(code).toBe(0);
    expect(out).toContain("function   1×28×28 → 10");
  }
});

test("numbers for other channels than the model's are refused by every command", async () => {
  for (const command of ["inspect", "evaluate"]) {
    const golden = fileURLToPath(new URL("../golden/onnx/seed.onnx", import.meta.url));
    const { code, err } = await normlens([command, golden, "--preprocess", "imagenet"]);
    expect(code).toBe(2);
    expect(err).toContain("got 3 numbers for a model of one channel, expected 1");
  }
});

test("a model that begins with Resizing takes images of any size, and says so", async () => {
  const path = join(folder, "resizing.keras");
  const fitting = [
    layer("Resizing", "resizing", { height: 10, width: 10, interpolation: "bilinear" }),
    layer("CenterCrop", "crop", { height: 8, width: 8 }),
  ];
  const layers = [...fitting, ...net.layers].map((each) => ({ ...each, inputs: [] }));
  writeFileSync(path, archive(network([null, null, 3], layers)));
  const pixels =
    "resize=10x10:bilinear; crop=8x8; scale=0.00784313725490196; mean=1; std=1; channels=rgb";
  const shown = await normlens(["inspect", path]);
  expect(lines(shown.out)).toContain("function | 3×8×8 → 3");
  expect(lines(shown.out)).toContain(`pixels | ${pixels}`);
  const large = join(folder, "large");
  for (const split of ["train", "validation"])
    for (const name of ["a", "b", "c"]) {
      mkdirSync(join(large, split, name), { recursive: true });
      const grey = Uint8Array.from({ length: 20 * 12 * 3 }, (_, p) => (7 * p) % 256);
      writeFileSync(join(large, split, name, "0.png"), writePng(grey, 20, 12));
    }
  const given = ["--data", "mine", "--data-dir", large];
  const out = ["--measures", "calibrationError", "--out", join(folder, "large-out")];
  for (const args of [
    ["evaluate", path, ...out],
    ["audit", path, "--out", join(folder, "audit")],
  ]) {
    const done = await normlens([...args, ...given]);
    expect([done.code, done.err]).toEqual([0, ""]);
    expect(done.out).toContain(pixels);
  }
  const picture = join(large, "train", "a", "0.png");
  const explained = await normlens(["explain", path, picture, "--out", join(folder, "maps")]);
  expect([explained.code, explained.err]).toEqual([0, ""]);
  expect(explained.out).toContain("(fitted from 20×12)");
  const written = join(folder, "resizing.onnx");
  await normlens(["convert", path, "-o", written]);
  const again = await normlens(["inspect", written, "--preprocess", "raw"]);
  expect(lines(again.out)).toContain(
    "pixels | resize=10x10:bilinear; crop=8x8; scale=1; mean=0; std=1; channels=rgb",
  );
});

test("weights alone: refused without their network, taken with it", async () => {
  const { parameters } = initialise(zoo.plain({ norm: "none", depth: 2 }), random("weights"));
  const path = join(folder, "weights.safetensors");
  writeFileSync(path, writeSafetensors(parameters));
  const without = await normlens(["inspect", path]);
  expect(without.code).not.toBe(0);
  expect(without.err).toContain("say to which network the weights belong (--network resnet20)");
  const given = await normlens(["inspect", path, "--network", "plain"]);
  expect([given.code, given.err]).toEqual([0, ""]);
  expect(lines(given.out)).toContain("function | 1×28×28 → 10");
  const wrong = await normlens(["inspect", path, "--network", "resnet20"]);
  expect(wrong.err).toContain("weights that do not fit the network in");
  expect((await normlens(["inspect", path, "--network", "vgg"])).err).toContain(
    '--network: got "vgg", expected one of seed, plain, resnet8, resnet20, mlp, linear',
  );
});

test("layers in the way are listed", async () => {
  const path = join(folder, "lambda.keras");
  writeFileSync(
    path,
    archive(network([8, 8, 3], [layer("Lambda", "mine"), layer("Maximum", "larger")])),
  );
  const { code, err } = await normlens(["explain", path, "picture.png"]);
  expect(code).not.toBe(0);
  expect(err).toContain('layer 1 "mine", Lambda (reads "images"): is no layer that can be taken');
  expect(err).toContain(
    'layer 2 "larger", Maximum (reads "mine"): is no layer that can be taken; use Add or Concatenate',
  );
});
