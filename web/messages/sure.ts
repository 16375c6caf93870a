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
    detectable: "Found with 80 %",
    detectableNote: (corrected: string) =>
      `standard deviations of the differences: the smallest effect found with a probability of 80 %; ${corrected} as the first of its family`,
    none: "none",
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
    detectable: "80 % 可发现",
    detectableNote: (corrected: string) =>
      `单位为差值的标准差：以 80 % 概率能发现的最小效应；作为同族检验中的第一个则为 ${corrected}`,
    none: "无",
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
