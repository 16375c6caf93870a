/** The page of measures says what the table says. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  costsOf,
  type GivenWork,
  isOfMaps,
  type Measure,
  measures,
} from "../../src/measures/index.js";

const page = readFileSync(new URL("../../docs/measures.md", import.meta.url), "utf8");
const table: Readonly<Record<string, Measure>> = measures;

/** The quick study on glyphs, of the founding network. */
const quick: GivenWork = {
  train: 6000,
  validation: 1000,
  explained: 64,
  classes: 10,
  height: 28,
  width: 28,
  batchSize: 32,
  steps: 752,
  checkpoints: 4,
  snapshots: 12,
  layers: 2,
};

/** "7424 + 0", or a dash. */
function priceOf(name: string, measure: Measure): string {
  const key = isOfMaps(measure) ? `${name}/saliency` : name;
  const own = costsOf([key], quick).rows.find(({ what }) => what === key)?.cost;
  return own ? `${Math.round(own.forward)} + ${Math.round(own.backward)}` : "–";
}

test.each(Object.entries(table))("%s has its row", (name, measure) => {
  const { question, better, unit, defaults, reference } = measure;
  const line = page.split("\n").find((each) => each.startsWith(`| \`${name}\` |`)) ?? "";
  const cells = line.split(/ (?<!\\)\| /).map((cell) => cell.replace(/^\| | \|$/g, ""));
  expect(cells.length, line).toBe(7);
  const [, asked, formula, direction, options, cost, limits] = cells;
  expect(asked).toBe(question);
  expect(direction).toBe(`${better}, ${unit}`);
  const settings = Object.entries(defaults).map(([option, value]) => `${option} ${value}`);
  expect(options).toBe(settings.join(", ") || "–");
  expect(cost).toBe(priceOf(name, measure));
  expect(formula.length).toBeGreaterThan(10);
  expect(formula.endsWith(reference === "" ? formula : `. ${reference}`)).toBe(true);
  expect(limits.length).toBeGreaterThan(5);
});

test("and no row is left over", () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect([...rows].sort()).toEqual(Object.keys(table).sort());
});

test("the example is the source", () => {
  const path = "src/measures/complexity/complexity.ts";
  const source = readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  const [, example = ""] = new RegExp(`// ${path}\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  expect(example.length).toBeGreaterThan(300);
  expect(source).toContain(example);
});
