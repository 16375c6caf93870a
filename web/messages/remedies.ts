/** What can be done, with gain and price. */
import { inBoth } from "../../src/report/words/index.js";

export const remedies = inBoth({
  en: {
    nav: "What to do",
    title: "What you can do",
    intro: (instead: string) =>
      `What each other arm would give in place of ${instead}, and what it would cost, on the measures on which ${instead} clearly differs from the baseline. Strongest first.`,
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
    intro: (instead: string) =>
      `用其他实验臂代替 ${instead} 会得到什么、付出什么：只看 ${instead} 与基线明确不同的指标，最强的在前。`,
    gains: "收益",
    prices: "代价",
    noGain: "没有明确的收益",
    noPrice: "没有明确的代价",
    tally: (better: number, worse: number, compared: number) =>
      `${compared} 项指标中，${better} 项明显更好，${worse} 项明显更差`,
    more: "所有明确不同的指标",
  },
});
