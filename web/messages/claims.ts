/** Published claims and their verdicts. */
import { inBoth } from "../../src/report/words/index.js";

export const claims = inBoth({
  en: {
    nav: "Claims",
    title: "What is said, and what was found",
    intro:
      "A measure **supports** a claim when the 95 % interval lies on the expected side of nought and the sign-flip test, corrected for the number of deciding measures, agrees; it **refutes** it when the interval lies on the other side; otherwise it is **inconclusive**.",
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
      "若 95 % 区间位于预期的一侧，且按起决定作用的指标数校正后的符号翻转检验也一致，则该指标**支持**论断；若区间位于另一侧，则**反驳**；否则为**未定**。",
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
