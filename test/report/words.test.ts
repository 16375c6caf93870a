/** Words for facts: the same numbers in every language, and the reasons behind a verdict. */
import { describe, expect, test } from "vitest";
import { CONCEPTS } from "../../src/data/glyphs/concepts.js";
import { measures } from "../../src/measures/index.js";
import type { ReportContrast, ReportData, ReportEvidence } from "../../src/report/report-data.js";
import {
  armText,
  brief,
  hasNoUnit,
  languages,
  layersLabel,
  numbersOf,
  percent,
  plain,
  probability,
  sentencesOf,
  terms,
} from "../../src/report/words/index.js";

const contrast = (given: Partial<ReportContrast> = {}): ReportContrast => ({
  measure: "accuracy",
  arm: "batch",
  baseline: "none",
  scale: "difference",
  pairs: Array.from({ length: 10 }, (_, seed) => ({
    seed,
    arm: 0.9,
    baseline: 0.8,
    difference: 0.1,
  })),
  armMean: 0.9,
  baselineMean: 0.8,
  difference: 0.1,
  interval: [0.05, 0.15],
  standardised: null,
  superiority: 1,
  pValue: 0.002,
  holmP: 0.02,
  fdrP: null,
  fewSeeds: false,
  reading: "better",
  ...given,
});

const measure = (name: string, en: string, zh: string, unit: string) => ({
  name,
  title: { en, zh },
  question: { en: "?", zh: "？" },
  family: "performance",
  unit,
  better: "higher" as const,
  reference: "",
  settings: {},
});

const arm = (name: string, baseline: boolean) => ({
  name,
  norm: name,
  title: { en: `${name} norm`, zh: `${name} 归一化` },
  baseline,
  learningRate: 0.001,
  parameters: 1,
});

type Facts = Parameters<typeof sentencesOf>[1];

const facts = (given: Partial<Facts> = {}): Facts => ({
  answer: { findings: [], cautions: [] },
  claims: [],
  contrasts: [contrast()],
  measures: [
    measure("accuracy", "Accuracy", "准确率", "share"),
    measure("steps", "Steps to target", "达标步数", "steps"),
  ],
  setup: {
    dataset: {
      name: "glyphs",
      fingerprint: "0".repeat(64),
      classes: ["0"],
      shape: [1, 28, 28],
      train: 10,
      validation: 5,
    },
    model: { name: "seed", title: { en: "", zh: "" }, blocks: [] },
    arms: [arm("none", true), arm("batch", false)],
    seeds: [0, 1, 2],
    training: {
      epochs: 4,
      batchSize: 32,
      optimiser: { name: "adam", learningRate: 0.001 },
      explained: 10,
    },
  },
  ...given,
});

/** Without the spaces that hold a number and its unit together. */
const spaced = (text: string | undefined): string => (text ?? "").replaceAll("\u00a0", " ");

const item = (given: Partial<ReportEvidence> = {}): ReportEvidence => ({
  measure: "accuracy",
  primary: true,
  expected: "higher",
  verdict: "supported",
  undecided: null,
  contrast: contrast(),
  equivalenceP: null,
  atEqualAccuracy: null,
  ...given,
});

const evidence = (given: Partial<ReportContrast>, of: Partial<ReportEvidence> = {}): string =>
  spaced(sentencesOf("en", facts()).evidence(item({ contrast: contrast(given), ...of })));

describe("numbers", () => {
  test.each([
    [0, "0"],
    [1, "1"],
    [12.345, "12.3"],
    [0.5, "0.500"],
    [999.7, "1,000"],
    [1234.5, "1,235"],
    [-0.01234, "−0.0123"],
    [0.0000321, "3.2×10⁻⁵"],
    [-4.56e7, "−4.6×10⁷"],
    [null, "–"],
  ])("%j is %s", (value, expected) => {
    expect(plain(value)).toBe(expected);
  });

  test("shares, probabilities, nothing below nought that is nought", () => {
    expect(spaced(percent(0.12345))).toBe("12.3 %");
    expect(spaced(percent(-0.00001))).toBe("0.0 %");
    expect(spaced(probability(0.0004))).toBe("< 0.001");
    expect(spaced(probability(0.0213))).toBe("= 0.021");
    expect(spaced(probability(0.71))).toBe("= 0.71");
  });

  test("a ratio's log₂ is a factor, a share's difference is in points", () => {
    const { change, range, fromTo } = numbersOf("en");
    expect(change({ unit: "steps" }, { scale: "ratio" }, -1)).toBe("×0.500");
    expect(spaced(change({ unit: "share" }, { scale: "difference" }, 0.0557))).toBe("+5.57 points");
    expect(spaced(range({ unit: "share" }, { scale: "difference" }, [-0.001, 0.01]))).toBe(
      "−0.10 to +1.00 points",
    );
    expect(spaced(fromTo({ unit: "share" }, 0.971, 0.976))).toBe("97.1 → 97.6 %");
    expect(spaced(fromTo({ unit: "µs" }, 1088, 1351))).toBe("1,088 → 1,351 µs");
  });

  test("every unit of a measure and every concept of the glyphs has a word in Chinese", () => {
    const { units, concepts } = terms.zh;
    const symbols = ["AUC", "SSIM"];
    const unnamed = Object.values(measures)
      .map(({ unit }) => unit)
      .filter((unit) => !hasNoUnit(unit) && !symbols.includes(unit) && !Object.hasOwn(units, unit));
    expect(unnamed).toEqual([]);
    expect(CONCEPTS.filter((concept) => !Object.hasOwn(concepts, concept))).toEqual([]);
  });
  test("two values say their unit once, whatever it is made of", () => {
    const { fromTo, changeTo } = numbersOf("en");
    expect(fromTo({ unit: "1/step" }, 40.4, 5.93)).toBe("40.4 → 5.93\u00a01/step");
    expect(fromTo({ unit: "share" }, 0.971, 0.976)).toBe("97.1 → 97.6\u00a0%");
    expect(fromTo({ unit: "nats" }, null, 2)).toBe("– → 2\u00a0nats");
    expect(changeTo({ unit: "share" }, { scale: "difference" }, -0.1097, -0.082)).toBe(
      "−10.97 → −8.20\u00a0points",
    );
    expect(fromTo(brief({ unit: "rank correlation" }), 0.1, 0.2)).toBe("0.100 → 0.200");
    expect(fromTo(brief({ unit: "images" }), 1, 2)).toBe("1 → 2\u00a0images");
    expect(changeTo({ unit: "steps" }, { scale: "ratio" }, 1, -1)).toBe("×2 → ×0.500");
  });
  test("units and lists follow the language", () => {
    const { amount, list } = numbersOf("zh");
    expect(spaced(amount({ unit: "steps" }, 131))).toBe("131 步");
    expect(spaced(amount({ unit: "parsecs" }, 131))).toBe("131 parsecs");
    expect(list(["甲", "乙", "丙"])).toBe("甲、乙和丙");
    expect(numbersOf("en").list(["a", "b", "c"])).toBe("a, b and c");
  });
});

describe("what a measure says for a claim", () => {
  test("its numbers", () => {
    expect(evidence({})).toBe(
      "Accuracy: 90.0 % with batch, 80.0 % with none, a difference of +10.00 points " +
        "(95 % interval +5.00 to +15.00 points) over 10 seeds, p = 0.020.",
    );
    const zh = sentencesOf("zh", facts()).evidence(item());
    expect(spaced(zh)).toBe(
      "准确率：batch 为 90.0 %，none 为 80.0 %，相差 +10.00 个百分点" +
        "（95 % 区间：+5.00 至 +15.00 个百分点），共 10 个种子，p = 0.020。",
    );
  });

  test("ratios are factors: log₂ 1 is twice as much", () => {
    const given = { measure: "steps", scale: "ratio", armMean: 400, baselineMean: 200 } as const;
    const range = { difference: 1, interval: [0.5, 2] as [number, number] };
    expect(evidence({ ...given, ...range }, { measure: "steps" })).toBe(
      "Steps to target: 400 steps with batch, 200 steps with none, a factor of 2 " +
        "(95 % interval ×1.41 to ×4) over 10 seeds, p = 0.020.",
    );
  });

  test("that it was not measured", () => {
    expect(evidence({}, { measure: "steps", contrast: null })).toBe(
      "Steps to target: not measured.",
    );
    expect(evidence({ armMean: null })).toBe("Accuracy: not measured.");
    expect(evidence({}, { measure: "unknown" })).toBe("unknown: not measured.");
  });

  const open = (undecided: ReportEvidence["undecided"]) => ({
    verdict: "inconclusive" as const,
    undecided,
  });
  test.each<[string, Partial<ReportContrast>, Partial<ReportEvidence>]>([
    ["; too few seeds to decide.", { fewSeeds: true }, open("fewSeeds")],
    ["; the interval contains no difference.", { interval: [-0.01, 0.2] }, open("holdsNone")],
    [", p = 0.30; not significant after correction.", { holmP: 0.3 }, open("notSignificant")],
    [
      "; the interval reaches beyond what counts as equal.",
      {},
      { ...open("tooWide"), margin: 0.02, expected: "equal" },
    ],
    [" over 10 seeds.", { holmP: 0.3 }, { primary: false }],
    [
      " over 10 seeds, p = 0.003; worth speaking of from 0.5 points.",
      {},
      { verdict: "negligible", margin: 0.005, equivalenceP: 0.003 },
    ],
    [
      "; worth speaking of from ×1.41.",
      { scale: "ratio" },
      { verdict: "supported", expected: "equal", margin: 0.5 },
    ],
    [
      "p = 0.020; published: about −17.2 points, ResNet-110, CIFAR-10.",
      {},
      { published: { effect: -0.172, where: "ResNet-110, CIFAR-10", approximate: true } },
    ],
    [
      "; published: ×1,000, ResNet-110.",
      { scale: "ratio" },
      { published: { effect: 1000, where: "ResNet-110" } },
    ],
  ])("and why: %s", (ending, given, of) => {
    const sentence = evidence(given, of);
    expect(sentence.slice(-ending.length)).toBe(ending);
  });

  test("another reference than an arm", () => {
    expect(evidence({ baseline: "", value: 0.8 })).toContain("with batch, 80.0 % expected, ");
    expect(evidence({ against: "steps" })).toContain("with batch, 80.0 % for “Steps to target”, ");
  });
});

describe("the answer", () => {
  test("asks by what was varied", () => {
    const ask = (arms: Facts["setup"]["arms"]) =>
      sentencesOf("en", facts({ setup: { ...facts().setup, arms } })).question();
    expect(ask([arm("none", true), arm("batch", false)])).toBe(
      "What does batch norm do to the network “seed” on glyphs?",
    );
    expect(ask([arm("batch", true), arm("none", false)])).toBe(
      "What does the choice among batch and none do to the network “seed” on glyphs?",
    );
    expect(ask([arm("batch", true)])).toBe(
      "How does the network “seed” on glyphs train and explain itself?",
    );
  });

  test("tells a finding with its interval, in both languages", () => {
    const found = { measure: "accuracy", arm: "batch" };
    expect(spaced(sentencesOf("en", facts()).finding(found))).toBe(
      "Accuracy rose from 80.0 to 90.0 % with batch (95 % interval +5.00 to +15.00 points).",
    );
    const falling = facts({ contrasts: [contrast({ difference: -0.1, interval: null })] });
    expect(spaced(sentencesOf("zh", falling).finding(found))).toBe(
      "使用 batch 时，准确率从 80.0 降至 90.0 %。",
    );
  });

  test("names what was not settled, and nothing where all was", () => {
    const claim = (verdict: "supported" | "inconclusive", title: string) => ({
      claim: title,
      title: { en: title, zh: title },
      source: "",
      arm: "batch",
      verdict,
      evidence: [item({ undecided: verdict === "inconclusive" ? "holdsNone" : null })],
    });
    const claims = [
      claim("inconclusive", "A"),
      claim("supported", "B"),
      claim("inconclusive", "C"),
    ];
    expect(sentencesOf("en", facts({ claims })).open()).toBe(
      "Nothing was settled about “A” and “C”: the differences may be chance.",
    );
    expect(sentencesOf("en", facts({ claims: [claims[1]] })).open()).toBeUndefined();
    expect(sentencesOf("en", facts({ claims: [...claims, ...claims] })).open()).toBe(
      "Nothing was settled about 4 claims: the differences may be chance.",
    );
  });

  test("counts deciding measures where there are several", () => {
    const claim: ReportData["claims"][number] = {
      claim: "c",
      title: { en: "", zh: "" },
      source: "",
      arm: "batch",
      verdict: "refuted",
      evidence: [item(), item({ verdict: "refuted" }), item({ primary: false })],
    };
    expect(sentencesOf("en", facts()).tally(claim)).toBe(" (of 2 measures 1 for, 1 against)");
    expect(sentencesOf("en", facts()).tally({ ...claim, evidence: [item()] })).toBe("");
  });

  test.each(Object.keys(languages) as (keyof typeof languages)[])("warns, in %s", (language) => {
    const say = sentencesOf(language, facts());
    const cautions = [
      say.caution({ kind: "fewSeeds", seeds: 3 }),
      say.caution({ kind: "weak", seeds: 8, measures: 11, needed: 9 }),
      say.caution({ kind: "missing", missing: 1, of: 16 }),
      say.caution({ kind: "diverged", trials: [{ arm: "batch", seed: 7 }] }),
    ];
    for (const [i, numbers] of [["3"], ["8", "11", "9"], ["1", "16"], ["batch", "7"]].entries())
      for (const number of numbers) expect(cautions[i]).toContain(number);
  });
});

test("layers are named by kind and numbers; an unknown kind by its own words", () => {
  const conv = { kind: "conv2d", values: { kernel: "3×3", filters: 32, stride: 2 } };
  expect(layersLabel("en", [conv])).toBe("conv 3×3, 32 filters, stride 2");
  expect(layersLabel("zh", [conv])).toBe("卷积 3×3，32 个滤波器，步幅 2");
  const norms = [
    { kind: "batchNorm", values: {} },
    { kind: "batchNorm", values: { ghost: 8 } },
  ];
  expect(layersLabel("en", norms)).toBe("batch norm or ghost batch norm, 8 images");
  expect(layersLabel("en", [{ kind: "softShrink2d", values: {} }])).toBe("soft shrink");
});

test("an arm is named by its norm, its place, its rate and what else it has of its own", () => {
  const norm = { en: "batch norm", zh: "批归一化" };
  const special = { en: "folded", zh: "已折叠" };
  expect(armText(norm, {})).toEqual(norm);
  expect(armText(norm, { placement: "before", learningRate: 0.1 }, special)).toEqual({
    en: "batch norm before the activation at learning rate 0.1, folded",
    zh: "批归一化（置于激活之前），学习率 0.1，已折叠",
  });
});
