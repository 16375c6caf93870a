/** Published claims and their verdicts. */
import { inBoth } from "../../src/report/words/index.js";

export const claims = inBoth({
  en: {
    nav: "Claims",
    title: "What is said, and what was found",
    intro:
      "A measure **supports** a claim when the 95 % interval lies on the expected side of nought, and **refutes** it when the interval lies on the other; a deciding measure must also be significant after correction for their number. A difference that certainly stays below a declared margin is **negligible**; otherwise the measure is **inconclusive**.",
    none: "This study has no baseline to test claims against.",
    expected: (side: string) => `Expected: ${side}.`,
    more: "Evidence: seed by seed, definitions, settings",
    shown: "Shown beside it, not deciding",
    definition: "Definition",
    source: "Source",
    settings: "Settings",
    noSettings: "none",
  },
  zh: {
    nav: "论断",
    title: "人们怎么说，我们发现了什么",
    intro:
      "若 95 % 区间位于预期的一侧，则该指标**支持**论断；若位于另一侧，则**反驳**；起决定作用的指标还须在按其数目校正后显著。若差异必定小于事先声明的界限，则**可忽略**；否则为**未定**。",
    none: "这项研究没有可用来检验论断的基线。",
    expected: (side: string) => `预期：${side}。`,
    more: "证据：逐个种子、定义与设置",
    shown: "一并列出，但不起决定作用",
    definition: "定义",
    source: "来源",
    settings: "设置",
    noSettings: "无",
  },
});
