/** How the arms learn. */
import { inBoth } from "../../src/report/words/index.js";

export const training = inBoth({
  en: {
    nav: "Training",
    title: "How they learned",
    intro:
      "Thin lines are single seeds, the band spans them, thick lines are their mean. Training values are running ones, taken with the statistics of the batch; validation values are taken after each epoch, as in use.",
    quantity: { accuracy: "Accuracy", loss: "Loss" },
    panel: (quantity: string, split: "train" | "validation") =>
      `${quantity} on ${split === "train" ? "training" : "validation"} images`,
    label: (title: string, last: string) =>
      `${title} over epochs; mean after the last epoch: ${last}`,
    epoch: "epoch",
    mean: (arm: string) => `${arm}, mean`,
    seedOf: (arm: string, seed: number) => `${arm}, seed ${seed}`,
    noise: "Noise between batches",
    noiseIntro: (every: number) =>
      `The training loss of one seed, ${every === 1 ? "batch by batch" : `in means of ${every} batches`}: the arms see the same batches in the same order, so what differs in the jitter is the normalisation.`,
    noiseLabel: (seed: number, ends: string) =>
      `Training loss over steps, seed ${seed}; last value: ${ends}`,
    noiseCaption: "Logarithmic scale, so that equal jumps are equal factors.",
    step: "step",
  },
  zh: {
    nav: "训练",
    title: "它们如何学习",
    intro:
      "细线是单个种子，色带是它们的范围，粗线是均值。训练值是训练过程中的滚动值，使用批次统计量；验证值在每轮之后、按实际使用的方式测得。",
    quantity: { accuracy: "准确率", loss: "损失" },
    panel: (quantity: string, split: "train" | "validation") =>
      `${split === "train" ? "训练" : "验证"}图像上的${quantity}`,
    label: (title: string, last: string) => `${title}随轮数的变化；最后一轮后的均值：${last}`,
    epoch: "轮",
    mean: (arm: string) => `${arm}，均值`,
    seedOf: (arm: string, seed: number) => `${arm}，种子 ${seed}`,
    noise: "批次之间的噪声",
    noiseIntro: (every: number) =>
      `一个种子的训练损失，${every === 1 ? "逐个批次" : `每 ${every} 个批次取均值`}：各实验臂以相同顺序看到相同的批次，所以抖动的差别来自归一化。`,
    noiseLabel: (seed: number, ends: string) =>
      `训练损失随步数的变化，种子 ${seed}；最后的值：${ends}`,
    noiseCaption: "对数刻度：同样的起落代表同样的倍数。",
    step: "步",
  },
});
