/** Single words: units, families, verdicts, readings. What a file names beyond these is shown as it is. */

import type { Family } from "../../measures/index.js";
import type { Better, Reading, Verdict } from "../report-data.js";
import { inBoth } from "./language.js";

/** Units that name a quantity without a dimension: said once, not after every number. */
const withoutUnit = new Set([
  "",
  "share",
  "fraction",
  "cosine",
  "index",
  "Gini index",
  "probability",
  "share²",
]);
export const hasNoUnit = (unit: string): boolean => withoutUnit.has(unit);

export interface Terms {
  readonly verdicts: Readonly<Record<Verdict, string>>;
  readonly readings: Readonly<Record<Reading, string>>;
  readonly better: Readonly<Record<Better, string>>;
  readonly expected: Readonly<Record<"higher" | "lower" | "equal", string>>;
  readonly families: Readonly<Record<Family, string>>;
  readonly units: Readonly<Record<string, string>>;
  /** What the datasets that come with the program know in their images. */
  readonly concepts: Readonly<Record<string, string>>;
  readonly points: string;
  readonly to: string;
  readonly and: string;
  readonly comma: string;
}

export const terms = inBoth<Terms>({
  en: {
    verdicts: {
      supported: "supported",
      refuted: "refuted",
      negligible: "negligible",
      inconclusive: "inconclusive",
    },
    readings: {
      better: "better",
      worse: "worse",
      higher: "higher",
      lower: "lower",
      unclear: "unclear",
    },
    better: {
      higher: "higher is better",
      lower: "lower is better",
      neither: "neither is better",
    },
    expected: { higher: "higher", lower: "lower", equal: "the same" },
    families: {
      performance: "performance",
      generalisation: "generalisation",
      calibration: "calibration",
      robustness: "robustness",
      dynamics: "dynamics",
      cost: "cost",
      stability: "stability",
      faithfulness: "faithfulness",
      localisation: "localisation",
      complexity: "complexity",
      randomisation: "randomisation",
      axioms: "axioms",
      units: "units",
    },
    units: {},
    concepts: {},
    points: "points",
    to: "to",
    and: " and ",
    comma: ", ",
  },
  zh: {
    verdicts: { supported: "支持", refuted: "反驳", negligible: "可忽略", inconclusive: "未定" },
    readings: { better: "更好", worse: "更差", higher: "更高", lower: "更低", unclear: "不明" },
    better: { higher: "越高越好", lower: "越低越好", neither: "无优劣之分" },
    expected: { higher: "更高", lower: "更低", equal: "相同" },
    families: {
      performance: "性能",
      generalisation: "泛化",
      calibration: "校准",
      robustness: "稳健性",
      dynamics: "训练过程",
      cost: "代价",
      stability: "稳定性",
      faithfulness: "忠实度",
      localisation: "定位",
      complexity: "复杂度",
      randomisation: "随机化",
      axioms: "公理",
      units: "单元",
    },
    units: {
      share: "占比",
      fraction: "占比",
      cosine: "余弦",
      index: "指数",
      "Gini index": "基尼系数",
      probability: "概率",
      "share²": "占比的平方",
      steps: "步",
      images: "张图像",
      µs: "微秒",
      nats: "奈特",
      "nats²": "奈特²",
      bits: "比特",
      "gradient norm": "梯度范数",
      "1/step": "1/步长",
      times: "倍",
      "times per layer": "倍/层",
      rate: "学习率",
      ratio: "比值",
      correlation: "相关系数",
      "rank correlation": "秩相关",
      "relative change": "相对变化",
      "relative change / logit": "相对变化/logit",
      "1 / input range": "1/输入范围",
      "map / image": "图/图像",
      "entropy / ln d": "熵/ln d",
      "share of the gradient": "梯度的占比",
      "share of images": "图像的占比",
      "share of steps": "步的占比",
      "share of pixels": "像素的占比",
      "share of the logit's difference": "logit 差的占比",
      concepts: "个概念",
      "concepts per unit": "个概念/单元",
      area: "面积",
    },
    concepts: {
      "horizontal stroke": "横笔画",
      "rising stroke": "上斜笔画",
      "vertical stroke": "竖笔画",
      "falling stroke": "下斜笔画",
      curve: "弯曲",
      "end point": "端点",
      junction: "交汇处",
      "loop interior": "环内",
      clutter: "杂乱笔画",
      grating: "光栅",
      checker: "棋盘格",
      dots: "圆点",
      gradient: "渐变",
    },
    points: "个百分点",
    to: "至",
    and: "和",
    comma: "、",
  },
});

/** The word of a table, or the file's own. */
export const termOf = (table: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(table, name) ? table[name] : name;
