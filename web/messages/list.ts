/** The list of studies of a served folder. */
import { inBoth } from "../../src/report/words/index.js";

export const list = inBoth({
  en: {
    title: "Studies",
    documentTitle: "Studies · NormLens",
    intro: (n: number) =>
      n === 0
        ? "This folder holds no study yet. `normlens study --out FOLDER` makes one."
        : `${n} ${n === 1 ? "study" : "studies"} in this folder. A report is made anew each time it is opened.`,
    design: (network: string, data: string, seeds: number, epochs: number) =>
      `network ${network} on ${data}, ${seeds} ${seeds === 1 ? "seed" : "seeds"}, ${epochs} ${epochs === 1 ? "epoch" : "epochs"}`,
    unreadable: "cannot be read; its page says why",
  },
  zh: {
    title: "研究",
    documentTitle: "研究 · NormLens",
    intro: (n: number) =>
      n === 0
        ? "这个文件夹里还没有研究。用 `normlens study --out FOLDER` 生成一项。"
        : `这个文件夹里有 ${n} 项研究。每次打开时都会重新生成报告。`,
    design: (network: string, data: string, seeds: number, epochs: number) =>
      `${data} 上的网络 ${network}，${seeds} 个种子，${epochs} 轮`,
    unreadable: "无法读取；其页面说明原因",
  },
});
