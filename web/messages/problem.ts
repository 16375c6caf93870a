/** What stands on the page when there is no report to show. */
import { inBoth } from "../../src/report/words/index.js";

export const problem = inBoth({
  en: {
    eyebrow: "NormLens report",
    empty: () => "This page holds no study: it is the empty form that reports are made from.",
    damaged: () => "The study in this file is damaged: it is not valid JSON.",
    foreign: () => "The data in this file is not a NormLens report.",
    older: (found: number, shown: number) =>
      `The data in this file has version ${found}, and this page shows version ${shown}: it was made by an older NormLens.`,
    newer: (found: number, shown: number) =>
      `The data in this file has version ${found}, and this page shows version ${shown}: it was made by a newer NormLens.`,
    wrong: () => "The study in this file is damaged: parts of it are missing or wrong.",
    unreadable: () => "The study cannot be read.",
    undrawable: () => "This report cannot be drawn.",
    remedy: "Rebuild the report with `normlens report FOLDER`, where FOLDER holds the study.",
    details: "Details",
    more: (n: number) => `… and ${n} more`,
  },
  zh: {
    eyebrow: "NormLens 报告",
    empty: () => "本页没有研究数据：它是用来生成报告的空白模板。",
    damaged: () => "文件中的研究数据已损坏：不是有效的 JSON。",
    foreign: () => "文件中的数据不是 NormLens 报告。",
    older: (found: number, shown: number) =>
      `文件中的数据是版本 ${found}，而本页显示版本 ${shown}：数据由较旧的 NormLens 生成。`,
    newer: (found: number, shown: number) =>
      `文件中的数据是版本 ${found}，而本页显示版本 ${shown}：数据由较新的 NormLens 生成。`,
    wrong: () => "文件中的研究数据已损坏：部分内容缺失或有误。",
    unreadable: () => "无法读取这项研究。",
    undrawable: () => "无法绘制这份报告。",
    remedy: "请用 `normlens report FOLDER` 重新生成报告，FOLDER 是存放研究的文件夹。",
    details: "详情",
    more: (n: number) => `……另有 ${n} 处`,
  },
});
