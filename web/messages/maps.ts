/** Explanations side by side. */
import { inBoth } from "../../src/report/words/index.js";

export const maps = inBoth({
  en: {
    nav: "Explanations",
    title: "How they explain themselves",
    intro:
      "The same validation images, explained by the same methods in every arm of one seed. Each map shows what spoke for the class that its own model predicted, scaled to its own strongest pixel.",
    none: "This study kept no pictures of explanations.",
    method: "Method",
    scales: {
      sequential: ["no influence", "strong influence"],
      diverging: ["speaks against the class", "speaks for it"],
    },
    image: "image",
    object: "object",
    wrong: "wrong",
    picture: (image: number, label: string) => `validation image ${image}, class ${label}`,
    mask: (picture: string) => `Mask of the object in ${picture}`,
    map: (
      method: string,
      picture: string,
      arm: string,
      seed: number,
      prediction: string,
      peak: string,
    ) =>
      `${method} of ${picture}, arm ${arm}, seed ${seed}: predicted ${prediction}, strongest pixel ${peak}`,
  },
  zh: {
    nav: "解释",
    title: "它们如何解释自己",
    intro:
      "同样的验证图像，在同一种子的各实验臂中用同样的方法解释。每张图显示什么支持了该模型自己预测的类别，并按自己最强的像素缩放。",
    none: "这项研究没有保留解释的图像。",
    method: "方法",
    scales: {
      sequential: ["无影响", "影响强"],
      diverging: ["反对该类别", "支持该类别"],
    },
    image: "图像",
    object: "物体",
    wrong: "错误",
    picture: (image: number, label: string) => `验证图像 ${image}，类别 ${label}`,
    mask: (picture: string) => `${picture} 中物体的掩码`,
    map: (
      method: string,
      picture: string,
      arm: string,
      seed: number,
      prediction: string,
      peak: string,
    ) =>
      `${picture} 的${method}图，实验臂 ${arm}，种子 ${seed}：预测为 ${prediction}，最强像素 ${peak}`,
  },
});
