/** The page of methods says what the table says. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Explainer, explainers } from "../../src/explain/index.js";

const page = readFileSync(new URL("../../docs/explain.md", import.meta.url), "utf8");

test.each(Object.entries<Explainer>(explainers))("%s has its row", (name, explainer) => {
  const { title, kind, reference, batchNorm } = explainer;
  expect(page).toContain(
    `| \`${name}\` | ${title} | ${kind} | ${reference || "–"} | ${batchNorm} |`,
  );
});

test("and no row is left over", () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(rows).toEqual(Object.keys(explainers));
});

test("the example is the source", () => {
  const source = readFileSync(
    new URL("../../src/explain/input-times-gradient.ts", import.meta.url),
    "utf8",
  );
  const [, example = ""] =
    /\/\/ src\/explain\/input-times-gradient\.ts\n([\s\S]*?)```/.exec(page) ?? [];
  expect(example.length).toBeGreaterThan(300);
  expect(source).toContain(example);
});
