/** The answer. */
import { inBoth } from "../../src/report/words/index.js";

export const answer = inBoth({
  en: {
    nav: "Answer",
    eyebrow: (data: string, network: string, seeds: number) =>
      `A NormLens study · ${data} · network ${network} · ${seeds} paired ${seeds === 1 ? "seed" : "seeds"}`,
    findings: "What was found",
    nothing:
      "No clear difference was found: every interval holds nought, or there were too few seeds to tell.",
    caution: "Read with care.",
    tally: (n: number) => `${n} published ${n === 1 ? "claim" : "claims"} put to the test`,
    strip: (measure: string, baseline: string, from: string, arm: string, to: string) =>
      `${measure}, one dot per seed: mean ${from} with ${baseline}, ${to} with ${arm}`,
  },
  zh: {
    nav: "结论",
    eyebrow: (data: string, network: string, seeds: number) =>
      `NormLens 研究 · ${data} · 网络 ${network} · ${seeds} 个配对种子`,
    findings: "发现",
    nothing: "没有发现明确的差异：所有区间都包含零，或者种子太少而无法判断。",
    caution: "请谨慎阅读。",
    tally: (n: number) => `检验了 ${n} 条已发表的论断`,
    strip: (measure: string, baseline: string, from: string, arm: string, to: string) =>
      `${measure}，每个种子一个点：${baseline} 的均值 ${from}，${arm} 的均值 ${to}`,
  },
});
