/** From a configuration to trials and their names. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { canonicalJson, hashText } from "../../src/study/canonical.js";
import { checkConfig, planStudy, trialHash } from "../../src/study/plan.js";
import { presets } from "../../src/study/presets.js";
import type { StudyConfigInput, Trial } from "../../src/study/types.js";
import { LIBRARY_VERSION, RESULT_VERSION } from "../../src/study/version.js";
import { FINGERPRINT } from "./fixtures.js";

const planned = (config: StudyConfigInput = {}): readonly Trial[] => planStudy(config).trials;
const named = (config?: StudyConfigInput): string[] =>
  planned(config).map(({ arm, seed }) => `${arm.name}/${seed}`);

describe("canonical JSON", () => {
  test("sorts keys at every depth, keeps the order of lists, leaves out what is undefined", () => {
    expect(canonicalJson({ b: [3, { d: null, c: "ä" }], a: undefined, B: true })).toBe(
      '{"B":true,"b":[3,{"c":"ä","d":null}]}',
    );
  });
  test("reads back as the same value, bit for bit", () => {
    const value = { tiny: 5e-324, third: 1 / 3, big: 2 ** 70, minus: -1e-7 };
    expect(JSON.parse(canonicalJson(value))).toEqual(value);
  });
  test.each([
    [
      { a: [1, Number.NaN] },
      "canonicalJson: got NaN, expected a finite number or null (value.a[1])",
    ],
    [{ a: () => 1 }, "canonicalJson: got a function, expected JSON (value.a)"],
  ])("refuses what is not JSON", (value, message) => {
    expect(() => canonicalJson(value)).toThrow(message);
  });
  test("the hash is SHA-256 of UTF-8", () => {
    expect(hashText("abc")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});

describe("trials", () => {
  test("seed by seed, the arms of a seed one after another", () => {
    expect(named({ arms: ["none", "batch"], seeds: [7, 2] })).toEqual([
      "none/7",
      "batch/7",
      "none/2",
      "batch/2",
    ]);
  });
  test("by default none and batch, ten seeds, every measure", () => {
    const trials = planned();
    expect(trials.length).toBe(20);
    expect(new Set(trials.map(({ seed }) => seed)).size).toBe(10);
    expect(trials[0].measures.length).toBeGreaterThan(15);
  });
  test("measures come in the order of the table, whatever the order asked for", () => {
    const { measures } = planned({ measures: ["ligs", "trainLoss"] })[0];
    expect(measures).toEqual(["trainLoss", "ligs"]);
  });
  test("every preset is a valid design", () => {
    for (const { config } of Object.values(presets))
      expect(planned(config).length).toBeGreaterThan(1);
  });
  test("a finished design is planned as itself", () => {
    const { config } = planStudy({ arms: ["batch", { name: "b2", norm: "group" }], seeds: 3 });
    expect(planStudy(JSON.parse(JSON.stringify(config))).config).toEqual(config);
  });
});

describe("a design that is wrong", () => {
  const issues = (config: unknown) => {
    const checked = checkConfig(config);
    return "issues" in checked
      ? checked.issues.map(({ path, message }) => `${path}: ${message}`)
      : [];
  };
  test("every mistake is named at once, with its place", () => {
    expect(() =>
      planStudy({
        model: { name: "sead" },
        arms: ["none", "none", { name: "x", norm: "bach" }],
        baseline: "y",
        seeds: [1, 1],
        measures: ["ligs", "ligz"],
        measureOptions: {
          ligs: { draws: -1, drawz: 2, sigma: "x" },
          trainLoss: { a: 1 },
          nothing: {},
        },
      }),
    ).toThrow(
      [
        "study configuration: 11 to correct",
        '\n  model.name: got "sead", expected seed, plain, resnet8, resnet20, mlp, linear',
        "\n  arms: got none twice, expected each once",
        "\n  seeds: got 1 twice, expected each once",
        '\n  baseline: got "y", expected none, none, x',
        '\n  measures.1: got "ligz", expected ',
      ].join(""),
    );
    expect(
      issues({
        measureOptions: {
          ligs: { draws: -1, drawz: 2, sigma: "x" },
          trainLoss: { a: 1 },
          nothing: {},
        },
      }).map((line) => line.slice(0, 80)),
    ).toEqual([
      "measureOptions.ligs.draws: got -1, expected a whole number like 10",
      "measureOptions.ligs.drawz: expected sigma, draws",
      'measureOptions.ligs.sigma: got "x", expected a positive number like 0.01',
      "measureOptions.trainLoss.a: expected no options",
      expect.stringMatching(/^measureOptions\.nothing: expected trainAccuracy, /),
    ]);
  });
  test("a depth is for networks that have a choice", () => {
    expect(issues({ model: { depth: 3 } })).toEqual([
      "model.depth: got it with seed, expected plain, mlp, linear",
    ]);
    expect(issues({ model: { name: "mlp", depth: 3 } })).toEqual([]);
  });
  test("an arm is a name of the table, or has parts that fit together", () => {
    const arms = (arm: unknown) => issues({ arms: ["none", arm] });
    expect(arms("bach")[0]).toMatch(/^arms\.1: got "bach", expected none, batch, ghost, /);
    expect(arms({ name: "x", norm: "bach" })).toEqual([
      'arms.1.norm: got "bach", expected none, batch, batchCenter, batchScale, ghost, group, layer, instance, noisy, noise',
    ]);
    const all = { freezeAfter: 1, learns: "norm", statistics: "moving", afterwards: "fold" };
    expect(arms({ name: "x", norm: "batch", ...all })).toEqual([]);
    expect(arms({ name: "x", norm: "noise", ...all })).toEqual([
      "arms.1.learns: got it with norm noise, expected one with γ or β",
      "arms.1.freezeAfter: got it with norm noise, expected Batch Norm",
      "arms.1.statistics: got it with norm noise, expected Batch Norm",
      "arms.1.afterwards: got it with norm noise, expected Batch Norm",
    ]);
    expect(arms({ name: "x", norm: "layer", learns: "norm" })).toEqual([]);
  });
  test("settings that the optimiser would ignore are no settings", () => {
    const all = { weightDecay: 0.01, momentum: 0.9, nesterov: true };
    expect(issues({ optimiser: { name: "adam", ...all } })).toEqual([
      "optimiser.momentum: got it with adam, expected sgd",
      "optimiser.nesterov: got it with adam, expected sgd",
      "optimiser.weightDecay: got it with adam, expected adamw or sgd",
    ]);
    expect(issues({ optimiser: { name: "adamw", momentum: 0.9 } })).toEqual([
      "optimiser.momentum: got it with adamw, expected sgd",
    ]);
    expect(issues({ optimiser: { name: "sgd", nesterov: true } })).toEqual([
      "optimiser.nesterov: got it without momentum, expected a momentum above 0",
    ]);
    expect(issues({ optimiser: { name: "sgd", ...all } })).toEqual([]);
  });
  test.each([
    [{ epochs: 0 }, "epochs"],
    [{ epochs: 1.5 }, "epochs"],
    [{ batchSize: 1 }, "batchSize"],
    [{ seeds: 0 }, "seeds"],
    [{ seeds: [] }, "seeds"],
    [{ seeds: [-1] }, "seeds.0"],
    [{ arms: [] }, "arms"],
    [{ arms: [{ name: "a" }] }, "arms.0.norm"],
    [{ arms: [{ name: "a", norm: "batch", placment: "after" }] }, "arms.0"],
    [{ dataset: { name: "" } }, "dataset.name"],
    [{ optimiser: { learningRate: 0 } }, "optimiser.learningRate"],
    [{ optimiser: { name: "adamm" } }, "optimiser.name"],
    [{ statistics: "batch" }, "statistics"],
    [{ explained: Number.POSITIVE_INFINITY }, "explained"],
    [{ measureOptions: { ligs: { draws: 2.5 } } }, "measureOptions.ligs.draws"],
    [{ measureOptions: { ligs: { sigma: 0 } } }, "measureOptions.ligs.sigma"],
    [{ seeds: 10_001 }, "seeds"],
    [{ unknown: 1 }, ""],
    ["text", ""],
    [null, ""],
    [[], ""],
  ])("%j is refused at %j", (config, path) => {
    const checked = checkConfig(config);
    expect("issues" in checked && checked.issues.map((issue) => issue.path)).toEqual([path]);
    expect(() => planStudy(config)).toThrow(
      `study configuration: 1 to correct\n  ${path || "configuration"}: `,
    );
  });
});

test("long lists are refused at once", () => {
  const seeds = (list: number[]): readonly string[] => {
    const checked = checkConfig({ seeds: list });
    return "issues" in checked ? checked.issues.map(({ message }) => message) : [];
  };
  expect(seeds(Array.from({ length: 10_001 }, (_, i) => i)).length).toBe(1);
  expect(seeds(new Array(10_000).fill(7))).toEqual(["got 7 twice, expected each once"]);
  expect(seeds(Array.from({ length: 10_000 }, (_, i) => i))).toEqual([]);
});

describe("the name of a trial", () => {
  const base: StudyConfigInput = { seeds: [5], arms: ["batch"] };
  const hash = (config: StudyConfigInput = {}, fingerprint = FINGERPRINT): string =>
    trialHash(planned({ ...base, ...config })[0], fingerprint);

  test("stays what it is: stored trials of this version are found again", () => {
    // Raise RESULT_VERSION when the numbers behind a name change; a change of the name alone loses kept trials.
    const pinned: Trial = {
      arm: { name: "batch", norm: "batch" },
      seed: 5,
      dataset: { name: "glyphs", options: {} },
      model: { name: "seed" },
      epochs: 10,
      batchSize: 32,
      optimiser: { name: "adam", learningRate: 0.001 },
      arithmetic: "exact",
      statistics: "recalibrated",
      measures: ["trainLoss"],
      measureOptions: {},
      explained: 100,
      pictured: 8,
    };
    const text = canonicalJson({
      trial: pinned,
      data: FINGERPRINT,
      library: LIBRARY_VERSION,
      results: RESULT_VERSION,
    });
    expect(trialHash(pinned, FINGERPRINT)).toBe(hashText(text));
    expect(hash({ measures: ["trainLoss"] })).toBe(hashText(text));
    expect(`${LIBRARY_VERSION} ${RESULT_VERSION} ${hashText(text)}`).toBe(
      "0.1.0 7 0312861ef8eac44670c36deb9d65cfae8ab813fc80abcc132ba5a8134baffacf",
    );
  });
  test("knows nothing of where the data lie, of other arms, seeds or the baseline", () => {
    const one = hash();
    expect(hash({ dataset: { dataDir: "/elsewhere" } })).toBe(one);
    expect(trialHash(planned({ ...base, seeds: [9, 5] })[1], FINGERPRINT)).toBe(one);
    expect(
      trialHash(planned({ ...base, arms: ["none", "batch"], baseline: "none" })[1], FINGERPRINT),
    ).toBe(one);
  });
  test.each<[string, StudyConfigInput]>([
    ["seed", { seeds: [6] }],
    ["norm", { arms: [{ name: "batch", norm: "group" }] }],
    ["arm's name", { arms: [{ name: "bn", norm: "batch" }] }],
    ["placement", { arms: [{ name: "batch", norm: "batch", placement: "before" }] }],
    ["rate of the arm", { arms: [{ name: "batch", norm: "batch", learningRate: 0.1 }] }],
    ["epochs", { epochs: 9 }],
    ["batch", { batchSize: 31 }],
    ["optimiser", { optimiser: { name: "adamw" } }],
    ["setting of the optimiser", { optimiser: { name: "adamw", weightDecay: 0.1 } }],
    ["network", { model: { name: "plain" } }],
    ["depth", { model: { name: "plain", depth: 3 } }],
    ["images", { dataset: { train: 100 } }],
    ["options of the data", { dataset: { options: { size: 32 } } }],
    ["measures", { measures: ["ligs"] }],
    ["options of a measure", { measureOptions: { ligs: { draws: 3 } } }],
    ["explained", { explained: 3 }],
    ["pictured", { pictured: 1 }],
    ["statistics", { statistics: "moving" }],
    ["arithmetic", { arithmetic: "fused" }],
  ])("another %s is another trial", (_, change) => {
    expect(hash(change)).not.toBe(hash());
  });
  test("other data are another trial", () => {
    expect(hash({}, FINGERPRINT.replace("0", "1"))).not.toBe(hash());
  });
});

test("the library's version is the package's", () => {
  const { version } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  expect(LIBRARY_VERSION).toBe(version);
});
