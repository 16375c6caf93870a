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
    tuning: "What was tried for the arms",
    tuningIntro:
      "Some settings suit one arm better than another. For these each arm took the value that was best on held-out training images, with seeds of their own; a ring marks it.",
    settings: { learningRate: "learning rate", weightDecay: "weight decay" },
    chosen: (values: string) => `Chosen: ${values}.`,
    atEdge: (arms: string) =>
      `The best of ${arms} is the smallest or largest one tried, so a better one may lie beyond.`,
    diverged: "diverged",
    tuningLabel: (title: string, chosen: string) =>
      `Accuracy on held-out images over the ${title}; chosen: ${chosen}`,
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
    tuning: "为各实验臂试过的设置",
    tuningIntro:
      "有些设置更适合某些实验臂。对这些设置，每个实验臂采用在留出的训练图像上最好的值，所用种子另取；圆环标出所选的值。",
    settings: { learningRate: "学习率", weightDecay: "权重衰减" },
    chosen: (values: string) => `所选：${values}。`,
    atEdge: (arms: string) => `${arms} 的最佳值是所试的最小或最大值，更好的值可能在此之外。`,
    diverged: "发散",
    tuningLabel: (title: string, chosen: string) =>
      `留出图像上的准确率随${title}的变化；所选：${chosen}`,
  },
});
