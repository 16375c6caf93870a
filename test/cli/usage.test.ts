/** Help, versions, and the full text of every complaint about usage. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { describe as describeError } from "../../src/cli/errors.js";
import { optionTable } from "../../src/cli/options.js";
import { armNames } from "../../src/study/arms.js";
import { NormLensError } from "../../src/tensor/errors.js";
import { normlens } from "./run.js";

const folder = mkdtempSync(join(tmpdir(), "normlens-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const version = (
  JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  }
).version;

describe("help", () => {
  test.each([[[]], [["--help"]], [["help"]]])("of the program: %j", async (args) => {
    const { code, out, err } = await normlens(args);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const part of [
      "Usage: normlens",
      "train",
      "study",
      "report",
      "Examples:",
      "Exit codes: 0 done",
    ])
      expect(out).toContain(part);
  });

  test.each(["train", "study", "report", "measures", "claims"] as const)(
    "of %s names its options and shows examples",
    async (command) => {
      const { code, out } = await normlens([command, "--help"]);
      expect(code).toBe(0);
      const specs = Object.values(optionTable).filter((spec) =>
        (spec.commands as readonly string[]).includes(command),
      );
      for (const spec of specs) expect(out).toContain(spec.flags);
      expect(out).toMatch(/Examples?:\n {2}\$ normlens/);
    },
  );

  test("answers at once: what is imported at the start holds nothing of the engine", () => {
    const seen = new Set<string>();
    const visit = (url: URL): void => {
      if (seen.has(url.pathname)) return;
      seen.add(url.pathname);
      const source = readFileSync(url, "utf8");
      for (const [, path] of source.matchAll(/^(?:import|export) [^;]*?from "(\.[^"]+)";/gm))
        visit(new URL(path, url));
    };
    visit(new URL("../../dist/cli/main.js", import.meta.url));
    expect(
      [...seen].filter((path) => /dist\/(engine|kernels|training|explain)\//.test(path)),
    ).toEqual([]);
    expect(seen.size).toBeGreaterThan(5);
  });

  test("prints the version", async () => {
    expect(await normlens(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
  });
});

const models = "seed, plain, resnet8, resnet20, mlp, linear";
const norms = "none, batch, batchCenter, batchScale, ghost, group, layer, instance, noisy, noise";
const seedsExpected = "a number of seeds (10 means 0 to 9) or a list such as 3,5,8";
const writtenTo = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

test("every kind of error has its words and its exit code", () => {
  const described = (["option", "shape", "file", "data", "unsupported", "cancelled"] as const).map(
    (kind) => describeError(new NormLensError(kind, "x: got 1, expected 2")),
  );
  expect(described).toEqual([
    { code: 2, text: "normlens: wrong option: x: got 1, expected 2" },
    { code: 2, text: "normlens: shapes do not fit: x: got 1, expected 2" },
    { code: 3, text: "normlens: unusable file: x: got 1, expected 2" },
    { code: 3, text: "normlens: unusable data: x: got 1, expected 2" },
    { code: 1, text: "normlens: not possible: x: got 1, expected 2" },
    { code: 130, text: "normlens: interrupted: x: got 1, expected 2" },
  ]);
  expect(describeError(new TypeError("oh"))).toEqual({
    code: 1,
    text: "normlens: failed: oh (this is a fault in normlens; NORMLENS_DEBUG=1 shows where)",
  });
});

describe("a complaint says what was given, what is allowed and what may be meant", () => {
  const usage: readonly (readonly [args: string[], text: string])[] = [
    [
      ["trian"],
      'got unknown command "trian", expected one of train, study, report, serve, explain, fold, audit, inspect, evaluate, compare, convert, measures, claims; did you mean train? (`normlens --help` explains)',
    ],
    [
      ["--verison"],
      "got unknown option --verison, expected one of --version; did you mean --version? (`normlens --help` explains)",
    ],
    [
      ["report", "a", "--jsn"],
      "report: got unknown option --jsn, expected one of --out, --json; did you mean --json? (`normlens report --help` explains)",
    ],
    [
      ["train", "--epochs"],
      "train: got --epochs without a value, expected --epochs <n> (`normlens train --help` explains)",
    ],
    [
      ["train", "x", "y"],
      'train: got arguments "x" "y", expected only options (`normlens train --help` explains)',
    ],
    [
      ["report"],
      "report: got no folder, expected `normlens report <dir>` (`normlens report --help` explains)",
    ],
    [
      ["report", "a", "b"],
      'report: got arguments "a" "b", expected one folder (`normlens report --help` explains)',
    ],
    [
      ["train", "--model", "sed"],
      `--model: got "sed", expected one of ${models}; did you mean seed?`,
    ],
    [["train", "--model", "transformer"], `--model: got "transformer", expected one of ${models}`],
    [
      ["train", "--norm", "btach"],
      `--norm: got "btach", expected one of ${norms}; did you mean batch?`,
    ],
    [
      ["study", "--arms", "none,lyer"],
      `--arms: got "lyer", expected one of ${armNames.join(", ")}; did you mean layer?`,
    ],
    [
      ["study", "--measures", "ligs,,deletion/saliency"],
      '--measures: got "ligs,,deletion/saliency", expected names with commas between',
    ],
    [
      ["study", "--measures", "deletion/saliency?a=1,b=2,deletion/saliency?a=1,b=2"],
      '--measures: got "deletion/saliency?a=1,b=2,deletion/saliency?a=1,b=2", expected each key once, "deletion/saliency?a=1,b=2" is there twice',
    ],
    [
      ["study", "--arms", "none,none"],
      '--arms: got "none,none", expected each name once, "none" is there twice',
    ],
    [
      ["train", "--placement", "behind"],
      '--placement: got "behind", expected one of before, after',
    ],
    [["train", "--epochs", "0"], '--epochs: got "0", expected a whole number from 1 to 1,000,000'],
    [
      ["train", "--epochs", "2.5"],
      '--epochs: got "2.5", expected a whole number from 1 to 1,000,000',
    ],
    [
      ["train", "--batch-size", "1"],
      '--batch-size: got "1", expected a whole number from 2 to 1,000,000',
    ],
    [
      ["train", "--train-images", "-3"],
      '--train-images: got "-3", expected a whole number of at least 1',
    ],
    [
      ["train", "--learning-rate", "fast"],
      '--learning-rate: got "fast", expected a number above 0, such as 0.001 or 1e-3',
    ],
    [
      ["train", "--learning-rate", "NaN"],
      '--learning-rate: got "NaN", expected a number above 0, such as 0.001 or 1e-3',
    ],
    [
      ["train", "--learning-rate", "0"],
      '--learning-rate: got "0", expected a number above 0, such as 0.001 or 1e-3',
    ],
    [["train", "--threads", "99"], '--threads: got "99", expected a whole number from 1 to 64'],
    [["train", "--seed", "x"], '--seed: got "x", expected a whole number from 0 to 4,294,967,295'],
    [["train", "--out", " "], '--out: got " ", expected a name'],
    [["study", "--seeds", "ten"], `--seeds: got "ten", expected ${seedsExpected}`],
    [["study", "--seeds", "0"], `--seeds: got "0", expected ${seedsExpected}, at most 10,000`],
    [["study", "--seeds", "3,3"], '--seeds: got "3,3", expected each seed once, 3 is there twice'],
    [
      ["study", "--seed", "4", "--seeds", "1,2"],
      "study: got --seed and a list in --seeds, expected a number in --seeds",
    ],
    [
      ["study", "--preset", "qick"],
      '--preset: got "qick", expected one of smoke, quick, standard, replication; did you mean quick?',
    ],
    [
      ["study", "--preset", "quick", "--config", "x"],
      "study: got --preset and --config, expected one of them",
    ],
    [
      ["train", "--data", "mnst"],
      '--data: got "mnst", expected one of glyphs, mnist, fashion-mnist, cifar10, or any name with --data-dir; did you mean mnist?',
    ],
    [
      ["study", "--data", "mnst"],
      '--data: got "mnst", expected one of glyphs, mnist, fashion-mnist, cifar10, or any name with --data-dir; did you mean mnist?',
    ],
    [
      ["study", "--config", writtenTo("bad.json", '{"epoch": 3, "arms": ["none", "bach"]}')],
      'study configuration: 1 to correct\n  configuration: Unrecognized key: "epoch"',
    ],
    [
      ["study", "--config", writtenTo("arm.json", '{"arms": ["none", "bach"]}')],
      `study configuration: 1 to correct\n  arms.1: got "bach", expected ${armNames.join(", ")}`,
    ],
  ];
  test.each(usage)("%j", async (args, text) => {
    expect(await normlens(args)).toEqual({
      code: 2,
      out: "",
      err: `normlens: wrong option: ${text}\n`,
    });
  });

  const files: readonly (readonly [args: string[], text: string])[] = [
    [
      ["report", join(folder, "none")],
      `${join(folder, "none", "study.json")}: cannot be read: it does not exist; check the path`,
    ],
    [
      ["train", "--data", "mine", "--data-dir", join(folder, "none")],
      `${join(folder, "none")}: cannot be read: it does not exist; check the path`,
    ],
    [
      ["study", "--config", join(folder, "none.json")],
      `${join(folder, "none.json")}: cannot be read: it does not exist; check the path`,
    ],
    [
      ["study", "--config", writtenTo("list.json", "[1]")],
      `${join(folder, "list.json")}: got no object, expected a design or a study.json`,
    ],
  ];
  test.each(files)("%j", async (args, text) => {
    expect(await normlens(args)).toEqual({
      code: 3,
      out: "",
      err: `normlens: unusable file: ${text}\n`,
    });
  });

  test("a damaged design names its place", async () => {
    const { code, err } = await normlens([
      "study",
      "--config",
      writtenTo("cut.json", '{"epochs": '),
    ]);
    expect(code).toBe(3);
    expect(err).toMatch(
      /^normlens: unusable file: .*cut\.json: got no JSON \(.+\), expected a design\n$/,
    );
  });

  test("no stack, unless it is asked for", async () => {
    const args = ["report", join(folder, "none")];
    expect((await normlens(args)).err).not.toContain("    at ");
    expect((await normlens(args, { env: { NORMLENS_DEBUG: "1" } })).err).toContain("    at ");
  });
});

test("a dataset's name is known however it is written", () => {
  const read = (text: string) => optionTable.data.read(text, "--data");
  expect(["CIFAR-10", "Fashion_MNIST", "MNIST", "glyphs", "mnist2"].map(read)).toEqual([
    "cifar10",
    "fashion-mnist",
    "mnist",
    "glyphs",
    "mnist2",
  ]);
});
