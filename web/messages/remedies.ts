/** What can be done, with gain and price. */
import { inBoth } from "../../src/report/words/index.js";

export const remedies = inBoth({
  en: {
    nav: "What to do",
    title: "What you can do",
    intro:
      "What each change would give and cost, by the arms of this study: on every measure that has a better side, where the 95 % interval of the difference lies on one of them. The strongest first.",
    when: { training: "to train with", afterwards: "for trained networks" },
    gains: "Gain",
    prices: "Price",
    noGain: "no clear gain",
    noPrice: "no clear price",
    tally: (better: number, worse: number, compared: number) =>
      `clearly better on ${better}, clearly worse on ${worse} of ${compared} measures`,
    more: "All measures that clearly differ",
  },
  zh: {
    nav: "怎么办",
    title: "您能做什么",
    intro:
      "根据本研究的各实验臂，每种改变会得到什么、付出什么：凡有优劣之分的指标，只要差值的 95 % 区间完全落在一侧就列出，最强的在前。",
    when: { training: "训练时采用", afterwards: "可用于已训练的网络" },
    gains: "收益",
    prices: "代价",
    noGain: "没有明确的收益",
    noPrice: "没有明确的代价",
    tally: (better: number, worse: number, compared: number) =>
      `${compared} 项指标中，${better} 项明显更好，${worse} 项明显更差`,
    more: "所有明确不同的指标",
  },
});
