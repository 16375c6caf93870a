/** How sure the findings are. */
import { inBoth } from "../../src/report/words/index.js";

export const sure = inBoth({
  en: {
    nav: "How sure",
    title: "How sure is this?",
    intro:
      "The seed is the unit: each pair of trainings counts once, however many images it was scored on. What so many pairs can show was fixed before the first of them ran.",
    seeds: "Pairs",
    seedsNote: (needed: number) => `at least ${needed} are needed for a verdict`,
    smallest: "Smallest p",
    smallestNote: (corrected: string) => `${corrected} after correction`,
    family: "Deciding tests",
    familyNote: (explored: number) =>
      `corrected for one another by Holm; ${explored} others are explored, by Benjamini and Hochberg`,
    detectable: "Found with 80\u00a0%",
    detectableNote: (corrected: string) =>
      `standard deviations of the differences: the smallest effect found with a probability of 80\u00a0%; ${corrected} as the first of its family`,
    none: "none",
    equalAccuracy: "Is it more than accuracy?",
    equalAccuracyIntro:
      "A more accurate network may differ in much else for that reason alone. Above, in grey, each difference as it was measured; below it what a straight line through the pairs leaves of it where both networks are equally accurate.",
    equalAccuracyCaption:
      "Filled: the interval lies on the side of the measured difference; hollow: it holds nought; diamond: on the other side. Each row has a scale of its own.",
    extrapolated: (n: number, of: number) =>
      `Dotted, ${n} of ${of}: one arm was the more accurate in every pair, so the line is drawn beyond what was seen.`,
    stopped: {
      yes: "Networks that were stopped at equal accuracy are among the ways below.",
      no: "With `--checkpoints epochs,accuracy` the networks themselves are stopped at equal accuracy.",
    },
    equalAccuracyLabel: (arm: string, baseline: string, kept: number, of: number) =>
      `Differences between ${arm} and ${baseline} as measured and at equal accuracy; ${kept} of ${of} clearly keep their side`,
    notAdjusted: (arm: string) => `For ${arm} there are too few pairs, or no claim compares it.`,
    equalColumns: {
      measure: "measure",
      baseline: "against",
      difference: "difference",
      adjusted: "at equal accuracy",
      low: "95 % from",
      high: "95 % to",
      slope: "slope over accuracy",
      extrapolated: "extrapolated",
    },
    specifications: (n: number) =>
      `${n} ${n === 1 ? "question" : "questions"} asked in every way that could be defended`,
    specificationsIntro:
      "Explainers, settings, learning rates and the moment of comparison are choices. Each dot is one of them, in ascending order; a finding that holds in one alone is a finding about that choice.",
    ways: (n: number, expected: string, significant: string, against: string, p: string) =>
      `${n} ways: ${expected} with the expected sign, ${significant} significant with it, ${against} against it; all together p ${p}.`,
    columns: {
      way: "measure and settings",
      rates: "rates",
      checkpoint: "compared at equal",
      difference: "difference",
      low: "95 % from",
      high: "95 % to",
      p: "p",
      pairs: "pairs",
    },
  },
  zh: {
    nav: "有多确定",
    title: "有多确定？",
    intro:
      "种子是统计单位：每一对训练只算一次，不管在多少图像上评分。这么多配对能说明什么，在第一次训练之前就已确定。",
    seeds: "配对数",
    seedsNote: (needed: number) => `至少需要 ${needed} 对才能下结论`,
    smallest: "最小的 p",
    smallestNote: (corrected: string) => `校正后为 ${corrected}`,
    family: "决定性检验",
    familyNote: (explored: number) =>
      `按 Holm 法相互校正；另有 ${explored} 项为探索性，按 Benjamini–Hochberg 法校正`,
    detectable: "80\u00a0% 可发现",
    detectableNote: (corrected: string) =>
      `单位为差值的标准差：以 80\u00a0% 概率能发现的最小效应；作为同族检验中的第一个则为 ${corrected}`,
    none: "无",
    equalAccuracy: "差别是否不只是准确率？",
    equalAccuracyIntro:
      "更准确的网络可能仅因此就在许多方面不同。每行上方灰色为测得的差值；下方是沿各配对的直线推算、两个网络同样准确时还剩下的差值。",
    equalAccuracyCaption:
      "实心：区间位于测得差值的一侧；空心：区间包含零；菱形：在另一侧。每行用自己的尺度。",
    extrapolated: (n: number, of: number) =>
      `点线（${of} 项中的 ${n} 项）：每一对中都是同一实验臂更准确，直线已超出所见范围。`,
    stopped: {
      yes: "在准确率相同时停止训练的网络见下方的各种方式。",
      no: "用 `--checkpoints epochs,accuracy` 可让网络本身在准确率相同时停止训练。",
    },
    equalAccuracyLabel: (arm: string, baseline: string, kept: number, of: number) =>
      `${arm} 与 ${baseline} 的差值：测得的，以及准确率相同时的；${of} 项中有 ${kept} 项明确保持在同一侧`,
    notAdjusted: (arm: string) => `${arm} 的配对太少，或没有论断比较它。`,
    equalColumns: {
      measure: "指标",
      baseline: "对照",
      difference: "差值",
      adjusted: "准确率相同时",
      low: "95 % 下限",
      high: "95 % 上限",
      slope: "随准确率的斜率",
      extrapolated: "外推",
    },
    specifications: (n: number) => `以每一种说得通的方式提出的 ${n} 个问题`,
    specificationsIntro:
      "解释方法、设置、学习率和比较的时刻都是选择。每个点是其中一种，按升序排列；只在一种选择下成立的发现，说的是那个选择。",
    ways: (n: number, expected: string, significant: string, against: string, p: string) =>
      `${n} 种方式：${expected} 符合预期方向，${significant} 在该方向显著，${against} 在相反方向显著；合并后 p ${p}。`,
    columns: {
      way: "指标与设置",
      rates: "学习率",
      checkpoint: "比较时刻",
      difference: "差值",
      low: "95 % 下限",
      high: "95 % 上限",
      p: "p",
      pairs: "配对数",
    },
  },
});
