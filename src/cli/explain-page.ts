/** One page with every map: a row for each picture, a column for each method. A single file without scripts. */

import { gradientOf, type MapScale } from "../report/colour-maps.js";

export interface PageCell {
  /** PNG files. */
  readonly overlay: Uint8Array;
  readonly map: Uint8Array;
  readonly notes: readonly string[];
}

export interface PageRow {
  readonly title: string;
  readonly notes: readonly string[];
  readonly image: Uint8Array;
  readonly cells: readonly PageCell[];
}

export interface PageColumn {
  readonly title: string;
  /** What its colours mean, from low to high. */
  readonly scale: MapScale;
  readonly ends: readonly [string, string];
  readonly notes: readonly string[];
}

export interface PageTable {
  readonly title: string;
  readonly note: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A drawing between the lead and the maps: SVG of this program's own making. */
export interface PageFigure {
  readonly title: string;
  readonly note: string;
  readonly svg: string;
}

export interface Page {
  readonly title: string;
  readonly subtitle: string;
  readonly columns: readonly PageColumn[];
  readonly rows: readonly PageRow[];
  /** Paragraphs above the maps. */
  readonly lead?: readonly string[];
  readonly figures?: readonly PageFigure[];
  /** Tables below the maps. */
  readonly tables?: readonly PageTable[];
  /** The command that makes the page again. */
  readonly command: string;
}

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** Options stay in one piece, so that they can be read and copied. */
const withOptions = (text: string): string =>
  escaped(text).replace(/--[a-z-]+/g, '<span class="whole">$&</span>');

const picture = (png: Uint8Array, alt: string, name = ""): string =>
  `<img${name} alt="${escaped(alt)}" src="data:image/png;base64,${Buffer.from(png).toString("base64")}">`;

const lines = (notes: readonly string[]): string =>
  notes.map((note) => `<p>${escaped(note)}</p>`).join("");

const style = `
:root { color-scheme: light dark; --ink: #1d1d24; --soft: #5c5c68; --paper: #fbfbfa; --card: #fff; --line: #dddde2; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececf1; --soft: #a5a5b2; --paper: #17171c; --card: #1f1f26; --line: #383842; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 2.5rem clamp(1rem, 4vw, 4rem); background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; letter-spacing: -.01em; }
p { margin: 0; } .soft, td p, th p { color: var(--soft); font-size: .82rem; }
.lead { max-width: 46rem; margin-top: .6rem; }
fieldset { border: 0; padding: 0; margin: 1.6rem 0 .8rem; display: flex; gap: 1.2rem; }
.scroll { overflow-x: auto; width: fit-content; max-width: 100%; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
table { border-collapse: collapse; }
th, td { padding: .9rem; text-align: left; vertical-align: top; }
tr + tr > * { border-top: 1px solid var(--line); }
thead th { width: 14rem; min-width: 12.5rem; }
th:first-child { position: sticky; left: 0; background: var(--card); z-index: 1; border-right: 1px solid var(--line); }
th strong { display: block; font-size: .98rem; font-weight: 600; }
th p { font-weight: 400; }
.bar { height: 8px; border-radius: 4px; margin: .55rem 0 .2rem; }
.ends { display: flex; justify-content: space-between; }
img { display: block; width: 12.5rem; height: auto; image-rendering: pixelated; border-radius: 6px; margin-bottom: .45rem; }
tbody th img { width: 8.5rem; }
img.map { display: none; }
body:has(#plain:checked) img.map { display: block; }
body:has(#plain:checked) img.overlay { display: none; }
code { font: .82rem/1.6 ui-monospace, monospace; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .2rem; }
.numbers { display: inline-block; max-width: 100%; margin-top: .7rem; }
.numbers :is(th, td) { padding: .45rem .9rem; width: auto; min-width: 0; position: static; border-right: 0;
  font-weight: 400; white-space: nowrap; }
.numbers th { color: var(--soft); font-size: .82rem; }
.numbers :is(th, td):not(:first-child) { text-align: right; }
.numbers :is(th, td):first-child { position: sticky; left: 0; background: var(--card); white-space: normal; min-width: 12rem; }
.figure { margin-top: .7rem; } .figure svg { display: block; max-width: 100%; height: auto; }
footer { margin-top: 1.6rem; }
.whole { white-space: nowrap; }
@media (max-width: 40rem) {
  body { padding-top: 1.6rem; }
  th, td { padding: .6rem; }
  .numbers :is(th, td) { padding: .4rem .6rem; }
  .numbers :is(th, td):first-child { min-width: 8.5rem; width: auto; }
  thead th { min-width: 10rem; } img { width: 10rem; }
  tbody th { max-width: 7.6rem; overflow-wrap: anywhere; } tbody th img { width: 6.4rem; }
  th strong { font-size: .92rem; }
  thead th:first-child { min-width: 7.6rem; width: 7.6rem; }
}`;

function head({ title, scale, ends, notes }: PageColumn): string {
  return `<th scope="col"><strong>${escaped(title)}</strong>
<div class="bar" style="background:${gradientOf(scale)}"></div>
<p class="ends"><span>${escaped(ends[0])}</span><span>${escaped(ends[1])}</span></p>${lines(notes)}</th>`;
}

function row({ title, notes, image, cells }: PageRow, columns: readonly PageColumn[]): string {
  const maps = cells.map(({ overlay, map, notes: own }, i) => {
    const alt = `${columns[i].title} of ${title}`;
    return `<td>${picture(overlay, alt, ' class="overlay"')}${picture(map, alt, ' class="map"')}${lines(own)}</td>`;
  });
  return `<tr><th scope="row">${picture(image, title)}<strong>${escaped(title)}</strong>${lines(notes)}</th>${maps.join("")}</tr>`;
}

function table({ title, note, head: names, rows }: PageTable): string {
  const cells = (tag: string, list: readonly string[]): string =>
    `<tr>${list.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join("")}</tr>`;
  return `<h2>${escaped(title)}</h2><p class="soft lead">${escaped(note)}</p>
<div class="scroll numbers"><table><thead>${cells("th", names)}</thead>
<tbody>${rows.map((list) => cells("td", list)).join("\n")}</tbody></table></div>`;
}

const figure = ({ title, note, svg }: PageFigure): string =>
  `<h2>${escaped(title)}</h2><p class="soft lead">${escaped(note)}</p>
<div class="figure">${svg}</div>`;

/** The maps, with a switch between the two ways to draw them. */
function mapsHtml({ columns, rows }: Page): string {
  if (columns.length === 0 || rows.length === 0) return "";
  return `<fieldset><label><input type="radio" name="view" checked> over the picture</label>
<label><input type="radio" name="view" id="plain"> the map alone</label></fieldset>
<div class="scroll"><table><thead><tr><th></th>${columns.map(head).join("")}</tr></thead>
<tbody>${rows.map((each) => row(each, columns)).join("\n")}</tbody></table></div>`;
}

export function pageHtml(page: Page): string {
  const { title, subtitle, lead = [], figures = [], tables = [], command } = page;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${style}</style></head><body>
<h1>${escaped(title)}</h1><p class="soft">${withOptions(subtitle)}</p>
${lead.map((text) => `<p class="lead">${withOptions(text)}</p>`).join("\n")}
${figures.map(figure).join("\n")}
${mapsHtml(page)}
${tables.map(table).join("\n")}
<footer><p class="soft">Made by</p><code>${escaped(command)}</code></footer>
</body></html>
`;
}
