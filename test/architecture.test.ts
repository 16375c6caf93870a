/** The house's rules, read from the import lines: docs/architecture.md says why they are what they
 *  are. Each rule is first shown a project that breaks it. */
import { describe, expect, test } from "vitest";
import { importRules } from "./architecture/import-rules.js";
import { source, sourcesUnder } from "./architecture/source.js";
import { textRules } from "./architecture/text-rules.js";

const sources = [...sourcesUnder("src"), ...sourcesUnder("web")];

describe.each([...importRules, ...textRules])("$name", ({ violations, broken, complaints }) => {
  test("the rule catches what breaks it, and nothing else", () => {
    const fictional = Object.entries(broken).map(([path, text]) => source(path, text));
    expect(violations(fictional)).toEqual(complaints);
  });

  test("the sources keep it", () => {
    expect(violations(sources)).toEqual([]);
  });
});

test("the sources are found", () => {
  const paths = sources.map(({ path }) => path);
  expect(paths).toContain("src/tensor/tensor.ts");
  expect(paths.filter((path) => path.startsWith("src/")).length).toBeGreaterThan(5);
});

describe("reading imports", () => {
  const imports = (text: string) => source("src/ops/x.ts", text).imports;

  test.each([
    ["value", 'import { a } from "../tensor/a.js";', "src/tensor/a.ts"],
    ["value", 'import { type A, b } from "./b.js";', "src/ops/b.ts"],
    ["value", 'import {\n  a,\n  b,\n} from "./b.js";', "src/ops/b.ts"],
    ["value", 'export * from "./b.js";', "src/ops/b.ts"],
    ["value", 'export * as b from "./b.js";', "src/ops/b.ts"],
    ["value", 'import b, { c } from "zod";', "zod"],
    ["value", 'import "./effect.js";', "src/ops/effect.ts"],
    ["type", 'import type { A } from "./a.js";', "src/ops/a.ts"],
    ["type", 'import { type A, type B } from "./a.js";', "src/ops/a.ts"],
    ["type", 'export type { A } from "./a.js";', "src/ops/a.ts"],
    ["dynamic", 'const a = await import("./a.node.js");', "src/ops/a.node.ts"],
    ["url", 'new URL("./worker.js", import.meta.url)', "src/ops/worker.ts"],
  ])("%s: %s", (kind, text, target) => {
    expect(imports(text)).toEqual([expect.objectContaining({ kind, target })]);
  });

  test("comments and strings hold no imports", () => {
    expect(imports('// import "a";\n/* \nimport "b";\n*/\nconst s = "import x from y";')).toEqual(
      [],
    );
  });
});
