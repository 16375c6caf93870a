/** A model's graph as a drawing: chains of ops as cards, one under the other; what passes over them beside; norms in
 *  colour, with where they fold to; a bar for each op's share of the multiply-accumulates. */

import type { InspectedNode, Inspection } from "../fold/inspection.js";
import { thousands } from "./display/words.js";
import { escaped } from "./explain-page.js";
import { type LaneEdge, laneEdges } from "./graph-lanes.js";
import { details } from "./inspect-rows.js";

const LINE = 19;
const PAD = 9;
const GAP = 20;
const LETTER = 6.65;
const LANE = 13;
const BAR = 90;
const MARGIN = 24;
const HEAD = 96;

const colours = { norm: "#7a4fb5", kept: "#c4690b", weight: "#1f5f8b", other: "#5c5c68" };

/** Nodes that follow each other and nobody else reads or joins. */
type Card = readonly InspectedNode[];

function cardsOf(nodes: readonly InspectedNode[]): Card[] {
  const readers = new Map<string, number>();
  for (const { inputs } of nodes)
    for (const id of inputs) readers.set(id, (readers.get(id) ?? 0) + 1);
  const cards: InspectedNode[][] = [];
  for (const node of nodes) {
    const last = cards.at(-1)?.at(-1);
    const follows =
      last !== undefined &&
      node.inputs.length === 1 &&
      node.inputs[0] === last.id &&
      readers.get(last.id) === 1;
    if (follows) cards.at(-1)?.push(node);
    else cards.push([node]);
  }
  return cards;
}

/** What stands in a line: the op, its name, what it is, and the fold of a norm. */
interface Line {
  readonly text: string;
  readonly note: string;
  readonly colour: string;
  readonly macs: number;
}

function lineOf(node: InspectedNode, found: Inspection): Line {
  const isNorm = found.norms.some(({ id }) => id === node.id);
  const folds = found.folds.filter(({ norm }) => norm === node.id);
  const kept = folds.some(({ direction }) => direction === "kept");
  const arrow = folds[0]?.direction === "backward" ? "↰" : "↴";
  const note = kept
    ? "stays"
    : folds.length > 0
      ? `${arrow} ${folds.map(({ into }) => into).join(", ")}`
      : isNorm && node.kind === "batchNorm"
        ? "stays"
        : "";
  const more = details(node);
  const colour = isNorm
    ? note === "stays"
      ? colours.kept
      : colours.norm
    : node.parameters > 0
      ? colours.weight
      : colours.other;
  const own = node.id === node.kind ? "" : `  ${short(node.id, 26)}`;
  return {
    text: `${node.kind}${own}${more === "" ? "" : `  ${short(more, 52)}`}`,
    note: short(note, 40),
    colour,
    macs: node.macs,
  };
}

const short = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** Where everything stands. */
interface Sheet {
  readonly cards: readonly Card[];
  readonly lines: readonly (readonly Line[])[];
  /** Cards that each card's first node reads; −1 for the input, which stands above the first. */
  readonly inputs: readonly (readonly number[])[];
  readonly tops: readonly number[];
  readonly left: number;
  /** Of a card. */
  readonly width: number;
  /** Multiply-accumulates that a whole bar stands for. */
  readonly most: number;
}

function sheetOf(found: Inspection): Sheet {
  const cards = cardsOf(found.nodes);
  const lines = cards.map((card) => card.map((node) => lineOf(node, found)));
  const length = ({ text, note }: Line) => text.length + (note === "" ? 0 : note.length + 3);
  const widest = Math.max(30, ...lines.flat().map(length));
  const shapes = Math.max(...found.nodes.map(({ shape }) => shape.join("×").length));
  const place = new Map(cards.flatMap((card, k) => card.map(({ id }) => [id, k] as const)));
  const inputs = cards.map((card) => card[0].inputs.map((id) => place.get(id) ?? -1));
  const lanes = Math.max(0, ...laneEdges(inputs).map(({ lane }) => lane + 1));
  const tops: number[] = [];
  let y = HEAD;
  for (const card of cards) {
    tops.push(y);
    y += card.length * LINE + 2 * PAD + GAP;
  }
  return {
    cards,
    lines,
    inputs,
    tops,
    left: MARGIN + lanes * LANE + 14,
    width: Math.ceil(2 * PAD + (widest + shapes) * LETTER + 28 + BAR),
    most: Math.max(1, ...found.nodes.map(({ macs }) => macs)),
  };
}

const bottomOf = ({ tops, cards }: Sheet, k: number): number =>
  k < 0 ? tops[0] - GAP : tops[k] + cards[k].length * LINE + 2 * PAD;

/** One line of a card, its baseline at y. */
function lineSvg({ left, width, most }: Sheet, node: InspectedNode, line: Line, y: number): string {
  const { text, note, colour, macs } = line;
  const right = left + width - PAD;
  const bar = Math.max(macs > 0 ? 1.5 : 0, (BAR * macs) / most);
  const cost = macs > 0 ? `<title>${thousands(macs)} multiply-accumulates</title>` : "";
  const kind = `<tspan font-weight="600">${escaped(node.kind)}</tspan>`;
  const fold = note === "" ? "" : `<tspan font-style="italic">   ${escaped(note)}</tspan>`;
  const rest = escaped(text.slice(node.kind.length));
  return (
    `<text x="${left + PAD}" y="${y}" fill="${colour}" xml:space="preserve">${kind}${rest}${fold}</text>` +
    `<text x="${right - BAR - 12}" y="${y}" text-anchor="end" class="soft">${node.shape.join("×")}</text>` +
    `<rect x="${right - BAR}" y="${y - 9}" width="${bar.toFixed(1)}" height="9" rx="2" fill="${colours.weight}" opacity=".55">${cost}</rect>`
  );
}

/** A card with the arrow from the one above, if it reads that. */
function cardSvg(sheet: Sheet, k: number): string {
  const { cards, lines, inputs, tops, left, width } = sheet;
  const rows = cards[k].map((node, row) =>
    lineSvg(sheet, node, lines[k][row], tops[k] + PAD + row * LINE + 13),
  );
  const height = bottomOf(sheet, k) - tops[k];
  const box = `<rect x="${left}" y="${tops[k]}" width="${width}" height="${height}" rx="8" class="card"/>`;
  const arrow = inputs[k].includes(k - 1)
    ? `<path d="M${left + 40} ${bottomOf(sheet, k - 1)}V${tops[k] - 1}" class="edge" marker-end="url(#end)"/>`
    : "";
  return box + rows.join("") + arrow;
}

/** An edge past other cards, in its lane beside them. */
function curveSvg(sheet: Sheet, { from, to, lane }: LaneEdge): string {
  const { left, tops } = sheet;
  const x = left - 12 - lane * LANE;
  const start = from < 0 ? bottomOf(sheet, from) : bottomOf(sheet, from) - PAD - 4;
  const end = tops[to] + PAD + 8;
  const down = `H${x + 7}Q${x} ${start} ${x} ${start + 7}V${end - 7}Q${x} ${end} ${x + 7} ${end}`;
  return `<path d="M${left} ${start}${down}H${left - 1}" class="edge" marker-end="url(#end)"/>`;
}

const legend = [
  ["weights", colours.weight],
  ["norm; italic: where it folds to", colours.norm],
  ["norm that stays", colours.kept],
  ["bars: multiply-accumulates", colours.other],
]
  .map(([text, colour], i) => `<tspan${i === 0 ? "" : ' dx="18"'} fill="${colour}">${text}</tspan>`)
  .join("");

export function graphSvg(found: Inspection, title: string): string {
  const sheet = sheetOf(found);
  const drawn = sheet.cards.map((_, k) => cardSvg(sheet, k));
  const curves = laneEdges(sheet.inputs).map((edge) => curveSvg(sheet, edge));
  const total = `${thousands(found.parameters)} parameters, ${thousands(found.macs)} multiply-accumulates per image`;
  const [W, H] = [
    sheet.left + sheet.width + MARGIN,
    bottomOf(sheet, sheet.cards.length - 1) + MARGIN,
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H}" width="${W}" height="${H}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="11">
<style>.card { fill: #fff; stroke: #d5d5dc; } .edge { fill: none; stroke: #77777f; stroke-width: 1.3; } .soft { fill: #6a6a75; }</style>
<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0L8 4L0 8z" fill="#77777f"/></marker></defs>
<rect width="${W}" height="${H}" fill="#fafaf8"/>
<text x="${MARGIN}" y="30" font-size="15" font-weight="600" fill="#1d1d24">${escaped(title)}</text>
<text x="${MARGIN}" y="48" class="soft">${found.inputShape.join("×")} → ${found.outputShape.join("×")}, ${total}</text>
<text x="${MARGIN}" y="65">${legend}</text>
${drawn.join("\n")}
${curves.join("\n")}
</svg>
`;
}
