/** `normlens train` from outside: what it prints, what it saves, how it stops and goes on. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadModel } from "../../src/formats/checkpoint.node.js";
import { normlens } from "./run.js";

const folder = mkdtempSync(join(tmpdir(), "normlens-train-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const small = ["train", "--train-images", "640", "--validation-images", "100", "--threads", "1"];

interface Line {
  readonly kind: string;
  readonly epoch?: number;
  readonly train?: { readonly loss: number; readonly accuracy: number };
  readonly validation?: { readonly loss: number; readonly accuracy: number };
  readonly model?: string;
  readonly final?: Line;
}

const jsonLines = (text: string): Line[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

test("without a terminal every epoch is one line, and the end says where the model is and what is next", async () => {
  const out = join(folder, "plain");
  const { code, out: text, err } = await normlens([...small, "--epochs", "2", "--out", out]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const lines = text.split("\n");
  expect(lines[0]).toBe("seed with batch normalisation on glyphs: 640 + 100 images of 1×28×28");
  expect(lines[1]).toBe(
    "54,474 parameters, 2 epochs of batches of 32, Adam at 0.001, seed 0, 1 thread",
  );
  const row =
    /^epoch (\d)\/2: loss \d\.\d{4} accuracy [\d.]+ %, validation loss \d\.\d{4} accuracy [\d.]+ %, [\d,]+ images\/s$/;
  expect(lines.slice(2, 4).map((line) => row.exec(line)?.[1])).toEqual(["1", "2"]);
  expect(lines.slice(4)).toEqual([
    "",
    expect.stringMatching(/^validation accuracy [\d.]+ % after 2 epochs$/),
    `model    ${join(out, "model.safetensors")}`,
    "next     normlens train --data glyphs --norm none    the same with no normalisation",
    "         normlens study --data glyphs    what Batch Norm does, over paired seeds",
    "",
  ]);
  expect(readdirSync(out).sort()).toEqual(["history.json", "model.safetensors"]);
});

test("--json prints one document per line and nothing else", async () => {
  const out = join(folder, "json");
  const {
    code,
    out: text,
    err,
  } = await normlens([
    ...small,
    "--epochs",
    "2",
    "--norm",
    "none",
    "--seed",
    "7",
    "--out",
    out,
    "--json",
  ]);
  expect(code).toBe(0);
  const lines = jsonLines(text);
  expect(lines.map((line) => line.kind)).toEqual(["start", "epoch", "epoch", "end"]);
  expect(lines[0]).toMatchObject({
    data: "glyphs",
    model: "seed",
    norm: "none",
    placement: "after",
    epochs: 2,
    seed: 7,
    parameters: 54410,
  });
  expect(lines[3]).toMatchObject({ model: join(out, "model.safetensors"), final: lines[2] });
  expect(err).toContain("epoch 2/2");
  const history = JSON.parse(readFileSync(join(out, "history.json"), "utf8")) as { epochs: Line[] };
  expect(history.epochs).toEqual(lines.slice(1, 3));
  const { model, metadata } = await loadModel(join(out, "model.safetensors"));
  expect(model.nodes.map((node) => node.id)).toEqual(["conv", "relu", "pool", "flatten", "dense"]);
  expect(JSON.parse(metadata.recipe ?? "")).toMatchObject({ norm: "none", seed: 7 });
  expect(metadata["normlens.preprocessing"]).toBe("scale=1/255; mean=0; std=1; channels=rgb");
});

describe("interrupted", () => {
  /** So many epochs that training is not over before the signal arrives, however busy the machine. */
  const args = (epochs: number) => [...small, "--epochs", String(epochs), "--norm", "group"];
  const stopAfter = (words: RegExp) => {
    let sent = false;
    return (text: string, kill: (signal: NodeJS.Signals) => void): void => {
      if (!sent && words.test(text)) {
        sent = true;
        kill("SIGINT");
      }
    };
  };

  test("it saves what it has, exits with 130, and goes on to the same bits", async () => {
    const out = join(folder, "stopped");
    const first = await normlens([...args(80), "--out", out], { watch: stopAfter(/^epoch +3\//m) });
    expect(first.code).toBe(130);
    expect(first.err).toMatch(
      /^\nnormlens: stopping, what is done will be saved \(Ctrl-C again stops at once\)\nnormlens: interrupted: fit, epoch \d+, step \d+: cancelled by the caller\n$/,
    );
    expect(first.out).toContain(
      `saved ${join(out, "checkpoint.safetensors")}; the same command goes on from there`,
    );
    expect(readdirSync(out)).toEqual(["checkpoint.safetensors"]);

    const other = await normlens([...args(80), "--out", out, "--seed", "1"]);
    expect(other).toMatchObject({
      code: 2,
      err:
        `normlens: wrong option: train: got other options than the interrupted training in ${join(out, "checkpoint.safetensors")}, ` +
        "expected the same; repeat its command, remove the file, or choose another folder with --out\n",
    });

    const second = await normlens([...args(80), "--out", out]);
    expect(second.code).toBe(0);
    expect(second.out).toMatch(/^going on from epoch \d+, step \d+ /m);
    const undisturbed = join(folder, "undisturbed");
    await normlens([...args(80), "--out", undisturbed]);
    const bytes = (path: string): Buffer => readFileSync(join(path, "model.safetensors"));
    expect(bytes(out).equals(bytes(undisturbed))).toBe(true);
    const epochs = (path: string): unknown =>
      (
        JSON.parse(readFileSync(join(path, "history.json"), "utf8")) as { epochs: Line[] }
      ).epochs.map(({ epoch, train, validation }) => ({ epoch, train, validation }));
    expect(epochs(out)).toEqual(epochs(undisturbed));
  });

  test("a damaged checkpoint is refused by name", async () => {
    const out = join(folder, "damaged");
    await normlens([...args(10_000), "--out", out], { watch: stopAfter(/^epoch +1\//m) });
    const path = join(out, "checkpoint.safetensors");
    expect(existsSync(path)).toBe(true);
    const { truncateSync } = await import("node:fs");
    truncateSync(path, 5000);
    const { code, err } = await normlens([...args(10_000), "--out", out]);
    expect(code).toBe(3);
    expect(err).toMatch(new RegExp(`^normlens: unusable (file|data): ${path}`));
    expect(err.split("\n").length).toBe(2);
  });
});

test("files that cannot be used end with code 3, and nothing is written", async () => {
  const out = join(folder, "nothing");
  const { code, err } = await normlens([
    "train",
    "--data",
    "mine",
    "--data-dir",
    folder,
    "--out",
    out,
  ]);
  expect(code).toBe(3);
  expect(err).toMatch(/^normlens: unusable (file|data): .+\n$/);
  expect(existsSync(out)).toBe(false);
});

test("--arithmetic is named at the start, in the history and in the model", async () => {
  const out = join(folder, "fused");
  const { code, out: text } = await normlens([
    ...small,
    ...["--epochs", "1", "--arithmetic", "fused", "--out", out],
  ]);
  expect(code).toBe(0);
  expect(text.split("\n")[1]).toMatch(/, 1 thread, fused arithmetic$/);
  const { metadata } = await loadModel(join(out, "model.safetensors"));
  expect(JSON.parse(metadata.recipe)).toMatchObject({ arithmetic: "fused" });
  const history = JSON.parse(readFileSync(join(out, "history.json"), "utf8"));
  expect(history.recipe).toMatchObject({ arithmetic: "fused" });
});

test("an option that the network refuses ends with code 2", async () => {
  const { code, err } = await normlens([
    ...small,
    "--model",
    "resnet8",
    "--norm",
    "none",
    "--placement",
    "after",
    "--depth",
    "3",
    "--epochs",
    "1",
    "--out",
    join(folder, "depth"),
  ]);
  expect({ code, err }).toEqual({
    code: 2,
    err: "normlens: wrong option: --depth: got 3 for resnet8, expected it for plain, mlp, linear\n",
  });
});
