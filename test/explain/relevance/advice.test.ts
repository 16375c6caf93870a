/** What the audit says about numbers that models in the other tests do not have. */

import { expect, test } from "vitest";
import type { Audit } from "../../../src/explain/audit.js";
import { advise, changeWords } from "../../../src/explain/audit-advice.js";

const difference = { inputs: "random", count: 2, absolute: 1e-14, relative: 1e-14, worst: 0 };
const spread = { median: 0.1, largest: 0.2 };
const norm = {
  norm: "n",
  channels: 8,
  negative: 1,
  nearZero: 0,
  dead: 0,
  nearlyDead: 0,
  shift: spread,
  meanDrift: spread,
  varianceRatio: { median: 1.1, largest: 1.2 },
};
const healthy: Omit<Audit, "advice"> = {
  model: "",
  images: 8,
  maps: 4,
  batchNorms: 1,
  traces: { verdict: "no", signs: [] },
  health: [norm],
  batchSensitivity: [],
  fold: {
    evidence: { norms: [], float64: [difference], float32: [{ ...difference, relative: 2e-7 }] },
  },
  explainers: [],
  harm: [],
};
const map = (median: number, largest: number) => ({
  explainer: "saliency",
  title: "Saliency",
  functionOnly: true,
  change: { median, largest, worst: 0 },
});
const said = (change: Partial<Audit>): string[] =>
  advise({ ...healthy, ...change }).map(({ level, text }) => `${level}: ${text}`);

test("a healthy model", () => {
  expect(said({})).toEqual([
    "fine: Batch norm's channels are alive and its running statistics fit the images.",
    "fine: Folding keeps the function: 1.0e-14 in float64, 2.0e-7 in float32, of the largest logit.",
  ]);
});

test("a few dead channels are counted, and no reason to worry", () => {
  const other = { ...norm, norm: "m", channels: 40, dead: 2, nearlyDead: 3 };
  expect(said({ health: [norm, other] })[0]).toBe(
    `fine: 5 of ${norm.channels + 40} channels of batch norm are dead or nearly so, no more than a quarter in any layer; its running statistics fit the images.`,
  );
});

test("dead channels and statistics that do not fit", () => {
  expect(
    said({ health: [{ ...norm, dead: 1, nearlyDead: 2, meanDrift: { median: 0.6, largest: 1 } }] }),
  ).toEqual([
    "warning: The running statistics of n do not fit these images: check that the images are scaled as in training, which shows at the first norm; if they are, re-estimate them (recalibrate).",
    "warning: More than a quarter of the channels of n are dead or nearly so on these images: their ReLU hardly fires. A smaller learning rate, or fewer channels, may do.",
    "fine: Folding keeps the function: 1.0e-14 in float64, 2.0e-7 in float32, of the largest logit.",
  ]);
});

test("drift behind the first norm alone; many norms are counted", () => {
  const later = Array.from({ length: 7 }, (_, k) => ({
    ...norm,
    norm: `m${k}`,
    varianceRatio: { median: 3, largest: 4 },
  }));
  expect(said({ health: [norm, ...later] })[0]).toBe(
    "warning: The running statistics of m0, m1, m2, m3 and 3 more do not fit these images: re-estimate them (recalibrate), or check that the images are scaled as in training.",
  );
});

test("a fold that is not exact, maps that must not move", () => {
  const fold = {
    evidence: { norms: [], float64: [{ ...difference, relative: 1e-3 }], float32: [difference] },
  };
  expect(said({ fold })[0]).toBe(
    "problem: Folding changed the function by 1.0e-3 in float64: do not use the folded model, and report this.",
  );
  expect(said({ explainers: [map(0.1, 0.2)] })[0]).toBe(
    'problem: Maps of Saliency moved under folding though they depend on the function alone: a defect, or gradients that rounding decides. Repeat the audit in float64 (backend "reference") before you trust any map.',
  );
  expect(said({ explainers: [map(1e-7, 0.2)] })[0]).toBe(
    'warning: Some maps of Saliency moved under folding though they depend on the function alone: at a kink or a tie, rounding decides which way the gradient goes. In float64 (backend "reference") they stay.',
  );
});

test("maps that must not move and did, once more in float64", () => {
  const once = (change: number) =>
    said({
      explainers: [map(0.1, 0.2)],
      repeated: { explainer: "saliency", title: "Saliency", change },
    });
  expect(once(3e-12)).toContain(
    "warning: Maps of Saliency moved under folding though they depend on the function alone: at a kink or a tie, rounding decides which way the gradient goes. In float64 those of Saliency stay (3e-12 on the image that moved most).",
  );
  expect(once(0.1)[0]).toBe(
    "problem: Maps of Saliency moved under folding though they depend on the function alone, and those of Saliency in float64 too, by 10 %: a defect. Do not trust any map, and report this.",
  );
});

test("what passing over batch norm does, by cause", () => {
  const layers = [
    { norms: ["a"], into: ["x"], total: 0.1, shift: 0.1, sign: 0 },
    { norms: ["b"], into: ["y"], total: 0.4, shift: 0.1, sign: 0.4 },
  ];
  const harm = { composite: "epsilonPlus" as const, rest: 0, layers };
  const cause = (total: number, shift: number, sign: number) =>
    said({ harm: [{ ...harm, total, shift, sign }] })[0];
  expect(cause(0.45, 0.1, 0.4)).toBe(
    "warning: Passing over batch norm moves the LRP ε-z⁺ map by 45 %: mostly channels with γ < 0 (shift 10 %, sign 40 %), most at b.",
  );
  expect(cause(20, 21, 0.4)).toContain(
    "by 20 times: mostly the shift t (shift 21 times, sign 40 %)",
  );
  expect(cause(20, 21, 21)).toContain("by 20 times: both the shift t and channels with γ < 0");
  expect(cause(1e6, 1e6, 1e6)).toBe(
    "warning: Passing over batch norm makes the LRP ε-z⁺ map diverge: relevance of s·u + t is divided by u, which is next to 0 where t is not, and that at every norm in turn. Fold first.",
  );
  expect(cause(Number.NaN, 1, 1)).toContain("makes the LRP ε-z⁺ map diverge");
  expect(said({ harm: [{ ...harm, total: 1e-6, shift: 0, sign: 0 }] }).length).toBe(2);
});

test("changes in words", () => {
  const words = [0, 4.4e-7, 0.0123, 9.996, 37.2, 120, 9999, 2.2e16, 9.9e20, Infinity];
  expect(words.map(changeWords)).toEqual([
    "0",
    "4e-7",
    "1.2 %",
    "999.6 %",
    "37 times",
    "diverges, 120 times",
    "diverges, 9999 times",
    "diverges, 10¹⁶ times",
    "diverges, 10²¹ times",
    "diverges",
  ]);
});
