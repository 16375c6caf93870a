/** The frame of the page, and what many sections say. */
import { inBoth } from "../../src/report/words/index.js";

export const page = inBoth({
  en: {
    documentTitle: (question: string) => `${question} · NormLens`,
    skip: "Skip to the answer",
    contents: "Sections",
    language: "Language",
    theme: "Theme",
    themes: { auto: "Auto", light: "Light", dark: "Dark" },
    comparedArm: "Compared arm",
    seed: "Seed",
    numbers: "Numbers",
    saveCsv: (title: string) => `Save as CSV: ${title}`,
    saveSvg: (title: string) => `Save as SVG: ${title}`,
    foot: "Made by NormLens. Everything on this page can be made again by the command above.",
  },
  zh: {
    documentTitle: (question: string) => `${question} · NormLens`,
    skip: "跳到结论",
    contents: "章节",
    language: "语言",
    theme: "外观",
    themes: { auto: "自动", light: "浅色", dark: "深色" },
    comparedArm: "比较的实验臂",
    seed: "种子",
    numbers: "数据",
    saveCsv: (title: string) => `保存为 CSV：${title}`,
    saveSvg: (title: string) => `保存为 SVG：${title}`,
    foot: "由 NormLens 生成。本页的一切都可用上面的命令重新得到。",
  },
});
