/** Training from inside. */
import { inBoth } from "../../src/report/words/index.js";

export const probes = inBoth({
  en: {
    nav: "Inside",
    title: "Training from inside",
    intro:
      "What single layers see while a network learns, and how the loss lies around the path that training takes.",
    activations: "Activations, layer by layer",
    activationsIntro:
      "How values are distributed before a ReLU, and where they go on behind it and its norm, from the first step (top) on. Arms share one axis. Heights are square roots of densities, so that rare values are seen.",
    sides: {
      into: (layer: string) => `What reaches ${layer}`,
      out: (layer: string) => `What goes on behind ${layer} and a norm that follows it`,
    },
    layer: "Layer",
    activation: "activation",
    step: (step: number) => `step ${step}`,
    stepColumn: "step",
    mean: "mean",
    deviation: "standard deviation",
    least: "least",
    largest: "largest",
    ofSeed: (seed: number) => `seed ${seed}`,
    activationsLabel: (title: string, arm: string, mean: string, deviation: string) =>
      `${title}, with ${arm} over training; at the end mean ${mean}, standard deviation ${deviation}`,
    landscape: "Around the path of training",
    landscapeIntro:
      "From where training stands, along the gradient: how far the loss varies, how far the gradient is from itself after a step, and how fast it turns. Means over the seeds; the same batches and rates for all arms.",
    aspects: {
      loss: "Loss, and its range along the gradient",
      predictiveness: "Change of the gradient along itself",
      smoothness: "Effective β-smoothness",
    },
    landscapeLabel: (title: string, ends: string) =>
      `${title} over steps; at the last moment: ${ends}`,
  },
  zh: {
    nav: "内部",
    title: "从内部看训练",
    intro: "网络学习时各层看到什么，以及训练路径周围的损失是什么样子。",
    activations: "逐层的激活",
    activationsIntro:
      "ReLU 之前的值的分布，以及经过 ReLU 和其后的归一化之后继续向前的值的分布，从第一步（最上）开始。各实验臂共用一个坐标轴。高度是密度的平方根，使少见的值也能看到。",
    sides: {
      into: (layer: string) => `到达 ${layer} 的值`,
      out: (layer: string) => `${layer} 及其后的归一化之后的值`,
    },
    layer: "层",
    activation: "激活值",
    step: (step: number) => `第 ${step} 步`,
    stepColumn: "步",
    mean: "均值",
    deviation: "标准差",
    least: "最小",
    largest: "最大",
    ofSeed: (seed: number) => `种子 ${seed}`,
    activationsLabel: (title: string, arm: string, mean: string, deviation: string) =>
      `${arm}：${title}在训练过程中的分布；结束时均值 ${mean}，标准差 ${deviation}`,
    landscape: "训练路径的周围",
    landscapeIntro:
      "从训练所处的位置沿梯度看：损失变化多大，走一步之后梯度与自身相差多少，梯度转向多快。数值为各种子的均值；各实验臂使用相同的批次和步长。",
    aspects: {
      loss: "损失及其沿梯度的范围",
      predictiveness: "梯度沿自身的变化",
      smoothness: "有效 β 平滑度",
    },
    landscapeLabel: (title: string, ends: string) => `${title}随步数的变化；最后时刻：${ends}`,
  },
});
