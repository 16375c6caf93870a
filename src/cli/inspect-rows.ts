/** The tables of `normlens inspect`. */

import type { InspectedNode, Inspection } from "../fold/inspection.js";
import { ops } from "../ops/index.js";
import { columns, GAP, thousands, widthsOf } from "./display/words.js";
import { gutters } from "./graph-lanes.js";

/** One line per node: op, what sets it apart, output shape, cost, and where it reads if not from the line above. Lines
 *  that would be wider are without what can be spared: where a node reads is drawn beside its name as well. */
export function nodeRows({ nodes }: Inspection, width = Number.POSITIVE_INFINITY): string[] {
  const places = new Map(nodes.map(({ id }, k) => [id, k]));
  const sides = gutters(nodes.map(({ inputs }) => inputs.map((id) => places.get(id) ?? -1)));
  const rows = nodes.map((node, k) => {
    const above = k === 0 ? "input" : nodes[k - 1].id;
    const reads =
      node.inputs.length === 1 && node.inputs[0] === above ? "" : `← ${node.inputs.join(", ")}`;
    return [
      `${sides[k]}${node.id}`,
      node.kind,
      details(node),
      node.shape.join("×"),
      node.parameters > 0 ? thousands(node.parameters) : "",
      node.macs > 0 ? thousands(node.macs) : "",
      reads,
    ];
  });
  const heads = [
    `${" ".repeat(sides[0]?.length ?? 0)}node`,
    "op",
    "attributes",
    "output",
    "parameters",
    "MACs",
    "reads",
  ];
  return leftAligned([heads, ...rows], [0, 1, 2, 6], width, [6, 2, 4, 5]);
}

/** One line per norm: where it stands, and a batch norm's own numbers. */
export function healthRows(
  { norms, folds }: Inspection,
  width = Number.POSITIVE_INFINITY,
): string[] {
  if (norms.length === 0) return [];
  const rows = norms.map(({ id, order, channels, health }) => {
    const to = folds
      .filter(({ norm }) => norm === id)
      .map(({ into, direction }) => (direction === "kept" ? "stays" : `into ${into}`));
    const numbers = health
      ? [
          `${health.negative}`,
          `${health.nearZero}`,
          `${twoDigits(health.scale[0])} … ${twoDigits(health.scale[1])}`,
          twoDigits(health.variance),
          health.epsilon.toPrecision(1),
        ]
      : ["–", "–", "–", "–", "–"];
    return [id, order, `${channels}`, ...numbers, to.join(", ") || "–"];
  });
  const heads = ["norm", "order", "channels", "γ < 0", "γ ≈ 0", "scale", "least σ²", "ε", "folds"];
  return leftAligned([heads, ...rows], [0, 1, 8], width, [1, 7, 4, 6]);
}

/** Two digits, and whole numbers beyond: 0.024, 8.4, 473. */
const twoDigits = (value: number): string =>
  Math.abs(value) < 99.5 ? value.toPrecision(2) : String(Math.round(value));

/** Attributes that differ from the op's defaults, in few letters. */
export function details({ kind, attributes }: InspectedNode): string {
  const defaults = ops[kind].attributes.safeParse({});
  const usual: Readonly<Record<string, unknown>> = defaults.success
    ? { ...defaults.data }
    : CONVOLUTION;
  return Object.entries(attributes)
    .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(usual[key]))
    .map(([key, value]) => `${key} ${shown(key, value)}`)
    .join(", ");
}

/** What a convolution is unless it says otherwise (its filters and kernel have no default). */
const CONVOLUTION = { stride: 1, padding: [0, 0, 0, 0], dilation: 1, groups: 1, bias: true };

const shown = (key: string, value: unknown): string =>
  Array.isArray(value)
    ? key === "padding" && value.every((v) => v === value[0])
      ? String(value[0])
      : value.join("×")
    : typeof value === "number"
      ? String(Number(value.toPrecision(4)))
      : String(value);

/** Columns, the named ones to the left and the others to the right; no blanks at the ends of lines. */
/** Columns, those of `left` aligned there; while lines are wider than `width`, those of `spare` go, one by one. */
function leftAligned(
  rows: readonly (readonly string[])[],
  left: readonly number[],
  width: number,
  spare: readonly number[],
): string[] {
  const widths = widthsOf(rows);
  const kept = widths.map((_, c) => c);
  const total = (): number => kept.reduce((sum, c) => sum + widths[c] + GAP, -GAP);
  for (const c of spare) if (total() > width) kept.splice(kept.indexOf(c), 1);
  const even = rows.map((row) =>
    kept.map((c) => (left.includes(c) ? row[c].padEnd(widths[c]) : row[c])),
  );
  return columns(even).map((line) => line.trimEnd());
}
