/** Sentences and tables of `evaluate` and `compare`, of results made up for the purpose. */

import { expect, test } from "vitest";
import { sideBySide } from "../../src/cli/compare-lines.js";
import { terminal } from "../../src/cli/display/terminal.js";
import { evaluationLines, shownValue } from "../../src/cli/evaluate-lines.js";
import type { Comparison } from "../../src/measures/index.js";
import type { Standing } from "../../src/measures/standing.js";

const standing = (values: Readonly<Record<string, number | null>>): Standing => ({
  images: 4,
  accuracy: 0.5,
  loss: 1,
  temperature: 1,
  classes: [{ name: "a", images: 4, right: 2, taken: 4 }],
  results: Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      { value, states: { allZero: 0, folded: 4 } },
    ]),
  ),
  explained: { indices: [0, 1], correct: [false, false] },
  left: [],
});

test("named measures that have no value say why", () => {
  const masked = standing({ "deletion/gradCam": null });
  const results = {
    ...masked.results,
    rotationRuler: { value: null, states: { noConcepts: 1 } },
  };
  const lines = (isNamed: boolean) =>
    evaluationLines({ ...masked, results }, "mine", terminal(process.stdout), isNamed)
      .join(" ")
      .replaceAll(/\s+/g, " ");
  expect(lines(true)).toMatch(/Without a value: Deletion AUC, Grad-CAM; [^;]+ \(no concepts\)\./);
  expect(lines(false)).not.toContain("concepts");
});

test("of measures left out the cheapest are named", () => {
  const left = Array.from({ length: 14 }, (_, k) => ({ measure: `m${k}`, passes: 20.5 - k }));
  const lines = evaluationLines(
    { ...standing({ ligs: 1 }), left },
    "mine",
    terminal(process.stdout),
  );
  expect(lines.join(" ")).toMatch(
    /image: m13 \(8\), m12 \(9\), .*m4 \(17\), and 4 more; --measures/,
  );
});

test("of many classes those are shown that the images show, the worst first", () => {
  const classes = Array.from({ length: 40 }, (_, k) => ({
    name: `c${k}`,
    images: k % 10 === 0 ? 4 : 0,
    right: k % 10 === 0 ? 4 - k / 10 : 0,
    taken: 1,
  }));
  const lines = evaluationLines(
    { ...standing({ ligs: 1 }), classes, images: 16 },
    "mine",
    terminal(process.stdout),
  );
  expect(lines.filter((line) => /^c\d/.test(line)).map((line) => line.split(" ")[0])).toEqual([
    "c0",
    "c10",
    "c20",
    "c30",
  ]);
});

test("numbers in three digits, small ones by their power of ten, shares in percent", () => {
  expect([0.12345, 1234.5, 0.00000166, -0.00005, 1e-13].map((v) => shownValue(v, "1"))).toEqual([
    "0.123",
    "1230",
    "1.7e-6",
    "-5.0e-5",
    "0",
  ]);
  expect(shownValue(0.1234, "share")).toBe("12.3 %");
});

test("B − A: shares in points, nothing where one has no value, 0 for rounding alone", () => {
  const a = { validationAccuracy: 0.094, "deletion/gradCam": null, validationLoss: 2, ligs: 0.5 };
  const b = {
    validationAccuracy: 0.828,
    "deletion/gradCam": 0.3,
    validationLoss: 1.5,
    ligs: 0.50001,
  };
  const found: Pick<Comparison, "standings"> = { standings: [standing(a), standing(b)] };
  expect(sideBySide(found)).toEqual([
    ["Validation accuracy ↑", "9.4 %", "82.8 %", "+73.4 points"],
    ["Deletion AUC ↓, Grad-CAM", "–", "0.3", "–"],
    ["Validation loss ↓", "2", "1.5", "-0.5"],
    ["LIGS: stability of input gradients ↑", "0.5", "0.5", "0"],
  ]);
});

test("evaluate says which measures have no value, and shows no empty table", () => {
  const lines = evaluationLines(
    standing({ "deletion/gradCam": null }),
    "mine",
    terminal(process.stdout),
  );
  const text = lines.join(" ").replace(/\s+/g, " ");
  expect(text).toContain(
    "Without a value: Deletion AUC, Grad-CAM. Maps are scored on those of the explained images that the model gets right; --explained takes more.",
  );
  expect(text).not.toMatch(/the model +Without/);
  const full = evaluationLines(standing({ ligs: 0.5 }), "mine", terminal(process.stdout)).join(
    "\n",
  );
  expect(full).toMatch(/the model *\nLIGS: stability of input gradients ↑ +0\.5/);
  expect(full).not.toContain("Without a value");
});
