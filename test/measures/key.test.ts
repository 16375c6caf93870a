/** Names of results, taken apart and put into words. */
import { describe, expect, test } from "vitest";
import {
  expandMeasures,
  isTiming,
  measures,
  parseKey,
  partsOf,
  scoredExplainers,
  titleOf,
} from "../../src/measures/index.js";

describe("keys", () => {
  test("a measure, its explainer and its own settings", () => {
    expect(parseKey("validationLoss")).toMatchObject({ name: "validationLoss", options: {} });
    expect(parseKey("deletion/lrpEpsilon?rowsPerStep=2")).toMatchObject({
      name: "deletion",
      explainer: "lrpEpsilon",
      options: { rowsPerStep: 2 },
    });
    expect(partsOf("ligs?sigma=0.1,draws=3")?.options).toEqual({ sigma: 0.1, draws: 3 });
    expect(partsOf("written by another version")).toBeUndefined();
  });
  test.each([
    ["nothing", `got "nothing", expected ${Object.keys(measures).join(", ")}`],
    ["ligs/saliency", 'got "ligs/saliency", expected "ligs": it is not a measure of maps'],
    ["deletion", `got "deletion", expected deletion/ and one of ${scoredExplainers.join(", ")}`],
    [
      "deletion/random",
      `got "deletion/random", expected deletion/ and one of ${scoredExplainers.join(", ")}`,
    ],
    [
      "deletion/saliency/more",
      'got "deletion/saliency/more", expected measure/explainer?option=value,option=value',
    ],
    ["ligs?drawz=1", 'ligs: got "drawz=1", expected sigma=…, draws'],
    ["ligs?draws=x", "ligs: got draws=x, expected a number like 10"],
    [
      "deletion/saliency?baseline=white",
      "deletion/saliency: got baseline=white, expected zero, mean, blur",
    ],
    ["trainLoss?a=1", 'trainLoss: got "a=1", expected no options'],
  ])("%s is refused", (key, problem) => {
    expect(parseKey(key)).toEqual({ problem });
  });
  test("a measure of maps alone means all explainers of the study; the table gives the order", () => {
    expect(
      expandMeasures(["deletion", "ligs", "ligs", "deletion/rise"], ["saliency", "gradCam"]),
    ).toEqual(["ligs", "deletion/saliency", "deletion/gradCam", "deletion/rise"]);
    expect(expandMeasures(["ligs?draws=3", "trainLoss"], [])).toEqual([
      "trainLoss",
      "ligs?draws=3",
    ]);
  });
  test("titles in both languages", () => {
    expect(titleOf("deletion/saliency")).toBe("Deletion AUC, saliency");
    expect(titleOf("deletion/lrpEpsilon?rowsPerStep=2")).toBe(
      "Deletion AUC, LRP-ε (rowsPerStep 2)",
    );
    expect(titleOf("gradientAutocorrelation?skip=true")).toMatch(/ \(with skip\)$/);
    expect(titleOf("gradientAutocorrelation?skip=false", "zh")).toMatch(/（无 skip）$/);
    expect(titleOf("deletion/gradCam")).toBe("Deletion AUC, Grad-CAM");
    expect(titleOf("deletion/saliency", "zh")).toMatch(/^删除曲线面积（/);
    expect(titleOf("trainLoss", "zh")).toBe("训练损失");
    expect(titleOf("lost")).toBe("lost");
  });
  test("only the clock is a timing", () => {
    expect(Object.keys(measures).filter(isTiming)).toEqual(["stepTime"]);
  });
});
