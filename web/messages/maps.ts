/** Explanations side by side. */
import { inBoth } from "../../src/report/words/index.js";

export const maps = inBoth({
  en: {
    moment: "Training",
    afterEpoch: (epoch: number) => `after epoch ${epoch}`,
    atTheEnd: "at its end",
    nav: "Explanations",
    title: "How they explain themselves",
    intro:
      "The same validation images, explained by the same methods in every arm of one seed. Each map shows what spoke for the class that its own model predicted, scaled to its own strongest pixel.",
    none: "This study kept no pictures of explanations.",
    method: "Method",
    allMethods: "All, side by side",
    mode: "What is shown",
    modes: { seed: "One seed", mean: "Mean of seeds", deviation: "Disagreement" },
    modeIntro: {
      mean: "The mean of the maps of all seeds: what stays when chance is averaged away.",
      deviation:
        "How far the maps of different seeds part, pixel by pixel, on one scale for both arms. Agreement is the mean cosine between the maps of two seeds.",
    },
    deviationScale: ["seeds agree", "seeds disagree"],
    under: "Image under the map",
    kept: (kept: number, of: number) =>
      `Maps of the first ${kept} of ${of} seeds are kept in this file; means and disagreement are over all.`,
    row: (picture: string) => `${picture}: arrow keys read out single pixels`,
    pixel: (row: number, column: number) =>
      `Row ${row}, column ${column}, as shares of the strongest pixel:`,
    onObject: (share: string) => `${share} on the object`,
    sparseness: (value: string) => `sparseness ${value}`,
    score: "measure",
    scoresOf: "All scores of these maps",
    scores: "How the maps score",
    scoresIntro: (baseline: string, arm: string) =>
      `${baseline} → ${arm}: means over all seeds and those images that both models classify correctly, and what the 95 % interval of the difference says about ${arm}.`,
    agreement: (value: string) => `agreement ${value}`,
    spread: (
      method: string,
      picture: string,
      arm: string,
      what: string,
      seeds: number,
      agreement: string,
    ) =>
      `${what}, ${method} of ${picture}, arm ${arm}: ${seeds} seeds, mean cosine between two ${agreement}`,
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
    moment: "训练",
    afterEpoch: (epoch: number) => `第 ${epoch} 轮之后`,
    atTheEnd: "结束时",
    nav: "解释",
    title: "它们如何解释自己",
    intro:
      "同样的验证图像，在同一种子的各实验臂中用同样的方法解释。每张图显示什么支持了该模型自己预测的类别，并按自己最强的像素缩放。",
    none: "这项研究没有保留解释的图像。",
    method: "方法",
    allMethods: "全部并列",
    mode: "显示内容",
    modes: { seed: "单个种子", mean: "种子均值", deviation: "分歧" },
    modeIntro: {
      mean: "所有种子的图的均值：偶然因素平均掉之后剩下的部分。",
      deviation:
        "不同种子的图逐像素相差多少，两个实验臂用同一尺度。一致度是两个种子的图之间余弦的均值。",
    },
    deviationScale: ["种子一致", "种子有分歧"],
    under: "图下的图像",
    kept: (kept: number, of: number) =>
      `本文件保留了 ${of} 个种子中前 ${kept} 个的图；均值和分歧仍基于全部种子。`,
    row: (picture: string) => `${picture}：用方向键读出单个像素`,
    pixel: (row: number, column: number) => `第 ${row} 行第 ${column} 列，占最强像素的比例：`,
    onObject: (share: string) => `${share} 在物体上`,
    sparseness: (value: string) => `稀疏度 ${value}`,
    score: "指标",
    scoresOf: "这些图的全部得分",
    scores: "这些图的得分",
    scoresIntro: (baseline: string, arm: string) =>
      `${baseline} → ${arm}：对所有种子、对两个模型都分类正确的图像取均值；标记表示差值的 95 % 区间对 ${arm} 说明了什么。`,
    agreement: (value: string) => `一致度 ${value}`,
    spread: (
      method: string,
      picture: string,
      arm: string,
      what: string,
      seeds: number,
      agreement: string,
    ) =>
      `${picture} 的${method}图，${what}，实验臂 ${arm}：${seeds} 个种子，两两余弦均值 ${agreement}`,
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
