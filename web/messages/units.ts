/** What single units answer to. */
import { inBoth } from "../../src/report/words/index.js";

export const units = inBoth({
  en: {
    nav: "Units",
    title: "What single units answer to",
    intro:
      "A unit is one channel after the last ReLU. Batch Norm is said to spread what a network knows over many units: fewer of them then stand for one thing, and losing some of them hurts less.",
    concepts: "Concepts that units detect",
    conceptsIntro: (threshold: string) =>
      `A unit detects a concept if the places where it is most active and those of the concept overlap by more than ${threshold} of their union. Means over the seeds.`,
    conceptsLabel: (concept: string, values: string) =>
      `Units that detect each concept; most for ${concept}: ${values}`,
    more: (shown: number, all: number) =>
      `The ${shown} most detected of ${all} concepts; the numbers have them all.`,
    concept: "concept",
    detecting: "units that detect it",
    exciting: "What excites the best detectors",
    excitingIntro: "The images that excite a unit most; lit where it is above its threshold.",
    unit: (arm: string, unit: number) => `${arm}, unit ${unit}`,
    iou: (iou: string, seed: number) => `overlap ${iou}, seed ${seed}`,
    lit: (unit: number, arm: string, image: number) =>
      `Image ${image}, lit where unit ${unit} of ${arm} is active`,
    ablation: {
      zero: "Accuracy with units switched off",
      mean: "Accuracy with units held at their mean",
    },
    off: "% of the units, in random orders",
    selectivity: "Class selectivity, highest first",
    rank: "% of the units that are alive",
  },
  zh: {
    nav: "单元",
    title: "单个单元对什么有反应",
    intro:
      "一个单元是最后一个 ReLU 之后的一个通道。据说批归一化会把网络所知分散到许多单元：代表单一事物的单元变少，失去其中一些的损失也变小。",
    concepts: "单元所检测的概念",
    conceptsIntro: (threshold: string) =>
      `如果单元最活跃的位置与概念的位置的交集超过并集的 ${threshold}，该单元就检测到这个概念。数值为各种子的均值。`,
    conceptsLabel: (concept: string, values: string) =>
      `检测到各概念的单元数；最多的是 ${concept}：${values}`,
    more: (shown: number, all: number) => `${all} 个概念中检测最多的 ${shown} 个；数据表中有全部。`,
    concept: "概念",
    detecting: "检测到它的单元数",
    exciting: "什么最能激活最好的检测单元",
    excitingIntro: "最能激活该单元的图像；高于阈值之处为亮。",
    unit: (arm: string, unit: number) => `${arm}，单元 ${unit}`,
    iou: (iou: string, seed: number) => `重叠 ${iou}，种子 ${seed}`,
    lit: (unit: number, arm: string, image: number) =>
      `图像 ${image}，${arm} 的单元 ${unit} 活跃之处为亮`,
    ablation: { zero: "关闭部分单元后的准确率", mean: "把部分单元固定为均值后的准确率" },
    off: "% 的单元，随机顺序",
    selectivity: "类别选择性，由高到低",
    rank: "% 的存活单元",
  },
});
