/** How to make the same report again. */
import { inBoth } from "../../src/report/words/index.js";

export const repeat = inBoth({
  en: {
    nav: "Repeat",
    title: "How to repeat it",
    intro:
      "The same command gives the same weights and the same results, bit for bit, on any machine and with any number of threads; only times differ.",
    copy: "Copy",
    copied: "Copied",
    select: "Select and copy",
    data: "Data",
    trials: "Trials: configuration and weights by SHA-256",
    design: "The whole design",
    columns: {
      arm: "arm",
      seed: "seed",
      steps: "steps",
      hash: "configuration",
      weights: "weights",
      training: "training, s",
      measuring: "measuring, s",
    },
  },
  zh: {
    nav: "重复",
    title: "如何重复",
    intro: "同一条命令在任何机器上、用任意数量的线程，都逐位得到相同的权重和结果；只有耗时不同。",
    copy: "复制",
    copied: "已复制",
    select: "请选中后复制",
    data: "数据",
    trials: "试验：配置与权重的 SHA-256",
    design: "完整设计",
    columns: {
      arm: "实验臂",
      seed: "种子",
      steps: "步数",
      hash: "配置",
      weights: "权重",
      training: "训练，秒",
      measuring: "测量，秒",
    },
  },
});
