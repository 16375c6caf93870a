/** What may stand in a file. */
import { posix } from "node:path";
import { inLibrary, perFile, type Rule } from "./rule.js";

/** ECMAScript leaves the last bits of these to the engine; `**` is among them. */
const inexact =
  /\bMath\.(random|a?(?:cos|sin|tan)h?|atan2|cbrt|exp|expm1|hypot|log|log10|log1p|log2|pow)\b/g;
/** `**` but for squares and powers of the literal 2, which the engines have exactly. */
const power = /(?<!(?<![\w.])2 )\*\*(?!\/| 2\b(?!\.))/g;

export const textRules: readonly Rule[] = [
  {
    name: "index.ts and browser.ts are tables of contents",
    violations: perFile(
      (file) => inLibrary(file) && ["index.ts", "browser.ts"].includes(posix.basename(file.path)),
      (file) =>
        file.code
          .replace(/^export\s+(type\s+)?(\*( as \w+)?|\{[^}]*\})\s*from\s*"[^"]+";/gm, "")
          .split("\n")
          .filter((line) => line.trim() !== "")
          .slice(0, 1)
          .map((line) => `holds "${line.trim()}", expected only re-exports`),
    ),
    broken: {
      "src/ops/index.ts": '/** Ops. */\nexport * from "./relu.js";\nexport const ops = { relu };',
      "src/tensor/index.ts":
        'export * as maths from "./math.js";\nexport { a, type B } from "./b.js";',
    },
    complaints: [
      'src/ops/index.ts: holds "export const ops = { relu };", expected only re-exports',
    ],
  },
  {
    name: "no arithmetic whose last bits are the engine's choice",
    violations: perFile(inLibrary, ({ code }) => [
      ...[...code.matchAll(inexact)].map(([name]) => `uses ${name}; take it from src/tensor`),
      ...[...code.matchAll(power)].map(
        () => "uses ** beyond x ** 2 and 2 ** n; take pow from src/tensor",
      ),
    ]),
    broken: {
      "src/study/a.ts": "const noise = Math.random() * Math.sqrt(2) + Math.log10(3); // Math.exp",
      "src/study/b.ts":
        "/** x ** 2 */\nconst big = 2 ** k + x ** 2 + 12 ** 3 + x ** 2.5;\nv **= 3;",
    },
    complaints: [
      "src/study/a.ts: uses Math.random; take it from src/tensor",
      "src/study/a.ts: uses Math.log10; take it from src/tensor",
      ...Array(3).fill(
        "src/study/b.ts: uses ** beyond x ** 2 and 2 ** n; take pow from src/tensor",
      ),
    ],
  },
  {
    name: "no any",
    violations: perFile(
      () => true,
      ({ code }) =>
        [...code.matchAll(/[:<|&(,]\s*any\b(?!["'\w ])|\bas any\b/g)].map(() => "uses any"),
    ),
    broken: {
      "src/study/a.ts":
        "function f(x: any) {}\nconst y = x as any;\nconst m: Map<string, any> = z;",
      "src/study/b.ts": 'const text = "any";\n// as any\nconst anything = many(any_of);',
    },
    complaints: Array(3).fill("src/study/a.ts: uses any"),
  },
];
