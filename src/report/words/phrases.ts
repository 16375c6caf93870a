/** The sentences of a report with their gaps, in each language. Numbers and lists arrive ready to be read. */

import { inBoth } from "./language.js";

/** What one measure says, each part as it is read. */
interface Values {
  readonly title: string;
  readonly arm: string;
  readonly baseline: string;
  readonly armMean: string;
  readonly baselineMean: string;
}

const several = (n: number, one: string, many: string): string => (n === 1 ? one : many);

export const phrases = inBoth({
  en: {
    questionAlone: (network: string, data: string) =>
      `How does the network “${network}” on ${data} train and explain itself?`,
    questionEffect: (norm: string, network: string, data: string) =>
      `What does ${norm} do to the network “${network}” on ${data}?`,
    questionChoice: (arms: string, network: string, data: string) =>
      `What does the choice among ${arms} do to the network “${network}” on ${data}?`,
    introAlone: (networks: number, epochs: number) =>
      `${networks} networks were trained for ${epochs} ${several(epochs, "epoch", "epochs")}, all in the same way.`,
    intro: (networks: number, epochs: number, groups: number, arms: number) => {
      const group = arms === 2 ? "pair" : "group";
      return (
        `${networks} networks were trained for ${epochs} ${several(epochs, "epoch", "epochs")}, in ` +
        `${groups === 1 ? "one" : groups} ${several(groups, group, `${group}s`)} that share starting weights, ` +
        `images and their order, so that the normalisation is all that differs within a ${group}.`
      );
    },
    finding: (title: string, rises: boolean, from: string, to: string, arm: string) =>
      `${title} ${rises ? "rose" : "fell"} from ${from} to ${to} with ${arm}`,
    range: (range: string) => ` (95\u00a0% interval ${range})`,
    open: (claims: string) => `Nothing was settled about ${claims}: the differences may be chance.`,
    openMany: (claims: number) =>
      `Nothing was settled about ${claims} claims: the differences may be chance.`,
    quoted: (title: string) => `“${title}”`,
    notMeasured: (title: string) => `${title}: not measured.`,
    values: ({ title, arm, baseline, armMean, baselineMean }: Values) =>
      `${title}: ${armMean} with ${arm}, ${baselineMean} ${baseline}`,
    factor: (change: string) => `, a factor of ${change.slice(1)}`,
    difference: (change: string) => `, a difference of ${change}`,
    seeds: (n: number) => ` over ${n}\u00a0${several(n, "seed", "seeds")}`,
    p: (p: string) => `, p\u00a0${p}`,
    withArm: (arm: string) => `with ${arm}`,
    forMeasure: (title: string) => `for “${title}”`,
    theory: "expected",
    margin: (size: string) => `; worth speaking of from ${size}`,
    published: (size: string, where: string, isApproximate: boolean) =>
      `; published: ${isApproximate ? "about " : ""}${size}, ${where}`,
    fewSeeds: "; too few seeds to decide",
    holdsNone: "; the interval contains no difference",
    notSignificant: "; not significant after correction",
    tooWide: "; the interval reaches beyond what counts as equal",
    stop: ".",
    tally: (measures: number, supporting: number, against: number) =>
      ` (of ${measures} measures ${supporting} for, ${against} against)`,
    cautionFewSeeds: (n: number) =>
      `Pairs of ${n} ${several(n, "seed", "seeds")}: no test of so few can be significant, so no verdict is given.`,
    cautionWeak: (seeds: number, measures: number, needed: number) =>
      `With ${seeds} seeds no measure can reach significance after correction for ${measures} measures; ` +
      `take at least ${needed}.`,
    cautionMissing: (missing: number, of: number) => `${missing} of ${of} trials are missing.`,
    cautionDiverged: (trials: string) => `Training diverged in ${trials}.`,
    trial: (arm: string, seed: number) => `${arm}, seed ${seed}`,
    between: "; ",
  },
  zh: {
    questionAlone: (network: string, data: string) =>
      `网络“${network}”在 ${data} 上如何训练，又如何解释自己？`,
    questionEffect: (norm: string, network: string, data: string) =>
      `${norm}对 ${data} 上的网络“${network}”有什么影响？`,
    questionChoice: (arms: string, network: string, data: string) =>
      `在 ${arms} 之间作选择，对 ${data} 上的网络“${network}”有什么影响？`,
    introAlone: (networks: number, epochs: number) =>
      `以同样的方式训练了 ${networks} 个网络，每个 ${epochs} 轮。`,
    intro: (networks: number, epochs: number, groups: number, arms: number) => {
      const group = arms === 2 ? "对" : "组";
      return (
        `共训练 ${networks} 个网络，每个 ${epochs} 轮，分为 ${groups} ${group}；同一${group}的初始权重、` +
        `图像及其顺序都相同，唯一的差别是归一化。`
      );
    },
    finding: (title: string, rises: boolean, from: string, to: string, arm: string) =>
      `使用 ${arm} 时，${title}从 ${from} ${rises ? "升至" : "降至"} ${to}`,
    range: (range: string) => `（95\u00a0% 区间：${range}）`,
    open: (claims: string) => `关于${claims}没有定论：差异可能出于偶然。`,
    openMany: (claims: number) => `${claims} 条论断没有定论：差异可能出于偶然。`,
    quoted: (title: string) => `“${title}”`,
    notMeasured: (title: string) => `${title}：未测量。`,
    values: ({ title, arm, baseline, armMean, baselineMean }: Values) =>
      `${title}：${arm} 为 ${armMean}，${baseline}为 ${baselineMean}`,
    factor: (change: string) => `，比值为 ${change.slice(1)}`,
    difference: (change: string) => `，相差 ${change}`,
    seeds: (n: number) => `，共 ${n}\u00a0个种子`,
    p: (p: string) => `，p\u00a0${p}`,
    withArm: (arm: string) => `${arm} `,
    forMeasure: (title: string) => `“${title}”`,
    theory: "预期",
    margin: (size: string) => `；达到 ${size} 才值得一提`,
    published: (size: string, where: string, isApproximate: boolean) =>
      `；已发表：${isApproximate ? "约 " : ""}${size}（${where}）`,
    fewSeeds: "；种子太少，无法判断",
    holdsNone: "；区间包含零差异",
    notSignificant: "；校正后不显著",
    tooWide: "；区间超出了视为相同的范围",
    stop: "。",
    tally: (measures: number, supporting: number, against: number) =>
      `（${measures} 项指标中 ${supporting} 项支持、${against} 项反对）`,
    cautionFewSeeds: (n: number) =>
      `只有 ${n} 个种子的配对：种子这样少，任何检验都不可能显著，因此不下结论。`,
    cautionWeak: (seeds: number, measures: number, needed: number) =>
      `只有 ${seeds} 个种子时，对 ${measures} 项指标校正后没有一项能达到显著；请至少使用 ${needed} 个。`,
    cautionMissing: (missing: number, of: number) => `${of} 次试验中缺少 ${missing} 次。`,
    cautionDiverged: (trials: string) => `以下试验的训练发散了：${trials}。`,
    trial: (arm: string, seed: number) => `${arm}，种子 ${seed}`,
    between: "；",
  },
});
