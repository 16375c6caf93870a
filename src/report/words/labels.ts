/** Words for the parts of a network and for arms. */

import type { LayerFacts } from "../report-data.js";
import { inBoth, type Language, type Text } from "./language.js";

type Value = string | number;
type Label = (values: Readonly<Record<string, Value>>) => string;

/** Kinds that say more than their name. */
const labels = inBoth<Readonly<Record<string, Label>>>({
  en: {
    conv2d: ({ kernel, filters, stride, groups }) =>
      `conv ${kernel}, ${filters} filters${stride ? `, stride ${stride}` : ""}${groups ? `, ${groups} groups` : ""}`,
    dense: ({ units }) => `dense, ${units} units`,
    batchNorm: ({ ghost }) => (ghost ? `ghost batch norm, ${ghost} images` : "batch norm"),
    groupNorm: ({ groups }) => `group norm, ${groups} groups`,
    layerNorm: () => "layer norm",
    instanceNorm: () => "instance norm",
    relu: () => "ReLU",
    maxPool2d: ({ size }) => `max-pool ${size}`,
    avgPool2d: ({ size }) => `average-pool ${size}`,
    globalAvgPool: () => "global average",
    dropout: ({ rate }) => `dropout ${rate}`,
    flatten: () => "flatten",
    add: () => "add",
  },
  zh: {
    conv2d: ({ kernel, filters, stride, groups }) =>
      `卷积 ${kernel}，${filters} 个滤波器${stride ? `，步幅 ${stride}` : ""}${groups ? `，${groups} 组` : ""}`,
    dense: ({ units }) => `全连接，${units} 个单元`,
    batchNorm: ({ ghost }) => (ghost ? `幽灵批归一化，${ghost} 张图像` : "批归一化"),
    groupNorm: ({ groups }) => `组归一化，${groups} 组`,
    layerNorm: () => "层归一化",
    instanceNorm: () => "实例归一化",
    relu: () => "ReLU",
    maxPool2d: ({ size }) => `最大池化 ${size}`,
    avgPool2d: ({ size }) => `平均池化 ${size}`,
    globalAvgPool: () => "全局平均",
    dropout: ({ rate }) => `随机失活 ${rate}`,
    flatten: () => "展平",
    add: () => "相加",
  },
});

const or = inBoth({ en: " or ", zh: " 或 " });

/** "conv 3×3, 32 filters"; what has no label of its own by the words of its kind. */
export const layersLabel = (language: Language, layers: readonly LayerFacts[]): string =>
  layers.map((layer) => layerLabel(language, layer)).join(or[language]);

function layerLabel(language: Language, { kind, values }: LayerFacts): string {
  const table = labels[language];
  return Object.hasOwn(table, kind) ? table[kind](values) : spelled(kind);
}

/** "globalAvgPool2d" → "global avg pool". */
const spelled = (kind: string): string =>
  kind.replace(/2d$/, "").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const armParts = inBoth({
  en: {
    after: " after the activation",
    before: " before the activation",
    rate: (rate: number) => ` at learning rate ${rate}`,
    special: (special: string) => `, ${special}`,
  },
  zh: {
    after: "（置于激活之后）",
    before: "（置于激活之前）",
    rate: (rate: number) => `，学习率 ${rate}`,
    special: (special: string) => `，${special}`,
  },
});

interface ArmFacts {
  readonly placement?: "after" | "before" | undefined;
  readonly learningRate?: number | undefined;
}

/** "batch normalisation after the activation at learning rate 0.1", in both languages; `special` is what else the arm
 *  has of its own. */
export function armText(norm: Text, { placement, learningRate }: ArmFacts, special?: Text): Text {
  const of = (language: Language): string => {
    const parts = armParts[language];
    return [
      norm[language],
      placement === undefined ? "" : parts[placement],
      learningRate === undefined ? "" : parts.rate(learningRate),
      special === undefined ? "" : parts.special(special[language]),
    ].join("");
  };
  return { en: of("en"), zh: of("zh") };
}
