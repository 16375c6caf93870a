/** The drawing of a graph: lanes by hand, gutters in letters, cards and arrows of a residual network. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { gutters, laneEdges } from "../../src/cli/graph-lanes.js";
import { graphSvg } from "../../src/cli/graph-svg.js";
import { inspect } from "../../src/fold/inspection.js";
import { readOnnx } from "../../src/formats/onnx/index.js";

test("edges that meet take different lanes, the short ones nearest", () => {
  // 0 → 1 → 2 → 3 → 4, and over them 0 → 2, 2 → 4, 0 → 4.
  const inputs = [[-1], [0], [1, 0], [2], [3, 2, 0]];
  expect(laneEdges(inputs)).toEqual([
    { from: 0, to: 2, lane: 0 },
    { from: 2, to: 4, lane: 0 },
    { from: 0, to: 4, lane: 1 },
  ]);
});

test("in letters: begun, passed by, ended, crossed", () => {
  expect(gutters([[-1], [0], [1], [2, 0]])).toEqual(["╭─", "│ ", "│ ", "╰▸"]);
  // 0 → 3 and 1 → 4 cross.
  expect(gutters([[-1], [0], [1], [2, 0], [3, 1]])).toEqual([" ╭─", "╭┼─", "││ ", "│╰▸", "╰─▸"]);
  expect(gutters([[-1], [0]])).toEqual(["", ""]);
});

test("a tangle gets no gutter", () => {
  const inputs = Array.from({ length: 20 }, (_, k) => Array.from({ length: k }, (__, i) => i));
  expect(new Set(gutters(inputs))).toEqual(new Set([""]));
});

test("a residual network: a card per chain, an arrow per edge between cards, folds marked", () => {
  const file = readFileSync(new URL("../golden/onnx/residual.onnx", import.meta.url));
  const found = inspect(readOnnx(file, "residual").model);
  const svg = graphSvg(found, "<residual>");
  const count = (text: string | RegExp): number => svg.split(text).length - 1;
  for (const { kind } of found.nodes) expect(svg).toContain(`font-weight="600">${kind}<`);
  expect(count('class="card"')).toBeLessThan(found.nodes.length);
  // Inputs of nodes beyond the first reader of a chain are edges: every node has its inputs joined once.
  const cards = count('class="card"');
  const edges = found.nodes.reduce((sum, { inputs }) => sum + inputs.length, 0);
  expect(count('class="edge"')).toBe(edges - (found.nodes.length - cards));
  // Blue is what has weights, whatever costs time beside it.
  const weighted = found.nodes.filter(({ kind }) => kind === "conv2d" || kind === "dense");
  expect(count(/fill="#1f5f8b"[^>]*><tspan font-weight/)).toBe(weighted.length);
  for (const { into } of found.folds) expect(svg).toContain(`↰ ${into}`);
  expect(svg).toContain("&#60;residual&#62;");
  expect(svg).not.toMatch(/NaN|undefined/);
});
