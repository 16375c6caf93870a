/** All contrasts at once, and the raw pairs behind them. */
import { inBoth } from "../../src/report/words/index.js";

export const effects = inBoth({
  en: {
    nav: "Effects",
    title: (arm: string, baseline: string) => `How ${arm} differs from ${baseline}`,
    intro:
      "One row for each measure: the mean difference over the pairs with its 95\u00a0% interval. In standard deviations of the paired differences, measures with different units can stand side by side.",
    none: "No pairs of trials share a measure, so there is nothing to compare.",
    scale: "Scale",
    scales: { standardised: "Standardised", raw: "Own units" },
    label: (arm: string, baseline: string, measures: number, clear: number) =>
      `Forest plot: ${arm} against ${baseline}, ${measures} measures, ${clear} with a clear difference`,
    lower: (arm: string) => `← lower with ${arm}`,
    higher: (arm: string) => `higher with ${arm} →`,
    axis: "difference in standard deviations of the paired differences",
    axisShort: "difference in standard deviations",
    axisRaw: "every row on a scale of its own, nought in the middle",
    captionBefore: "or lower, where neither is better",
    captionAfter: "the interval holds nought.",
    captionScale: "The scale is linear near nought and logarithmic beyond 1.",
    change: (value: string) => `change: ${value}`,
    standardised: (value: string, p: string) => `standardised: ${value}   p: ${p}`,
    columns: {
      measure: "measure",
      difference: "difference",
      low: "95 % from",
      high: "95 % to",
      standardised: "standardised",
      superiority: "share of pairs higher",
      p: "p",
      holm: "p, corrected",
      pairs: "pairs",
      reading: "reading",
      seed: "seed",
    },
    pairs: "Seed by seed",
    pairsIntro: (baseline: string, arm: string) =>
      `Every line is one seed: ${baseline} on the left, ${arm} on the right; bars are means. If most lines lean the same way, the effect does not hang on a lucky seed.`,
    higherSeeds: (higher: number, of: number) => `${higher} of ${of} seeds higher`,
    pairLabel: (measure: string, higher: number, of: number, arm: string) =>
      `${measure}: ${higher} of ${of} seeds higher with ${arm}`,
  },
  zh: {
    nav: "效应",
    title: (arm: string, baseline: string) => `${arm} 与 ${baseline} 有何不同`,
    intro:
      "每项指标一行：各配对差值的均值及其 95\u00a0% 区间。以配对差值的标准差为单位，不同量纲的指标可以并列比较。",
    none: "没有任何一对试验共有同一指标，因此无从比较。",
    scale: "尺度",
    scales: { standardised: "标准化", raw: "原始单位" },
    label: (arm: string, baseline: string, measures: number, clear: number) =>
      `森林图：${arm} 对比 ${baseline}，${measures} 项指标，其中 ${clear} 项差异明确`,
    lower: (arm: string) => `← ${arm} 更低`,
    higher: (arm: string) => `${arm} 更高 →`,
    axis: "差值（以配对差值的标准差为单位）",
    axisShort: "差值（标准差）",
    axisRaw: "每行各有尺度，中间为零",
    captionBefore: "或更低：无优劣之分",
    captionAfter: "区间包含零。",
    captionScale: "刻度在零附近为线性，超过 1 后为对数。",
    change: (value: string) => `变化：${value}`,
    standardised: (value: string, p: string) => `标准化：${value}   p：${p}`,
    columns: {
      measure: "指标",
      difference: "差值",
      low: "95 % 下限",
      high: "95 % 上限",
      standardised: "标准化",
      superiority: "更高的配对占比",
      p: "p",
      holm: "校正后的 p",
      pairs: "配对数",
      reading: "解读",
      seed: "种子",
    },
    pairs: "逐个种子",
    pairsIntro: (baseline: string, arm: string) =>
      `每条线是一个种子：左为 ${baseline}，右为 ${arm}；横杠是均值。若多数线朝同一方向倾斜，效应就不取决于某个幸运的种子。`,
    higherSeeds: (higher: number, of: number) => `${of} 个种子中 ${higher} 个更高`,
    pairLabel: (measure: string, higher: number, of: number, arm: string) =>
      `${measure}：${of} 个种子中有 ${higher} 个在 ${arm} 下更高`,
  },
});
