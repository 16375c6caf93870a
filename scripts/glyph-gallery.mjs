// Draws docs/glyphs.png: pictures of every difficulty, coloured ones of 64 pixels, and what the masks and concept maps
// say about a few. Run after a build: `npm run build && node scripts/glyph-gallery.mjs [FILE]`.

import { writeFileSync } from "node:fs";
import { PNG } from "pngjs";
import { glyphs } from "../dist/data/glyphs/glyphs.js";

const SCALE = 4;
const SIDE = 28 * SCALE;
const STEP = SIDE + 18;
const LEFT = 14;
const INK = [32, 36, 48];
const PAPER = [255, 255, 255];
const MARK = [255, 96, 32];

/** 5×7 letters, one string of 35 cells each, row by row. */
const FONT = {
  a: "00000 00000 01110 00001 01111 10001 01111",
  b: "10000 10000 10110 11001 10001 10001 11110",
  c: "00000 00000 01110 10000 10000 10001 01110",
  d: "00001 00001 01101 10011 10001 10001 01111",
  e: "00000 00000 01110 10001 11111 10000 01110",
  f: "00110 01001 01000 11100 01000 01000 01000",
  g: "00000 01111 10001 10001 01111 00001 01110",
  h: "10000 10000 10110 11001 10001 10001 10001",
  i: "00100 00000 01100 00100 00100 00100 01110",
  j: "00010 00000 00110 00010 00010 10010 01100",
  k: "10000 10000 10010 10100 11000 10100 10010",
  l: "01100 00100 00100 00100 00100 00100 01110",
  m: "00000 00000 11010 10101 10101 10001 10001",
  n: "00000 00000 10110 11001 10001 10001 10001",
  o: "00000 00000 01110 10001 10001 10001 01110",
  p: "00000 00000 11110 10001 11110 10000 10000",
  r: "00000 00000 10110 11001 10000 10000 10000",
  s: "00000 00000 01110 10000 01110 00001 11110",
  t: "01000 01000 11100 01000 01000 01001 00110",
  u: "00000 00000 10001 10001 10001 10011 01101",
  v: "00000 00000 10001 10001 10001 01010 00100",
  w: "00000 00000 10001 10001 10101 10101 01010",
  x: "00000 00000 10001 01010 00100 01010 10001",
  y: "00000 00000 10001 10001 01111 00001 01110",
  z: "00000 00000 11111 00010 00100 01000 11111",
};

const options = { train: 200, validation: 1, seed: 1 };
const sets = ["easy", "standard", "hard"].map((difficulty) => ({
  difficulty,
  split: glyphs({ ...options, difficulty }).train,
}));
const names = sets[1].split.concepts.names;
const columns = 2 + names.length;
const examples = [
  "grating",
  "checker",
  "dots",
  "gradient",
  "loop interior",
  "junction",
  "end point",
].map((concept, n) => firstWith(sets[1].split, concept, [4, 6, 8, 9, 2, 5, 0][n]));

const STRIP = 2 * STEP + 38;
const LARGE = 64;
const LARGE_STEP = 2 * LARGE + 17;
const width = 2 * LEFT + columns * STEP - 18;
const height = 14 + sets.length * STRIP + 38 + LARGE_STEP + 84 + examples.length * STEP;
const png = new PNG({ width, height });
fill(0, 0, width, height, PAPER);

let top = 14;
for (const { difficulty, split } of sets) {
  text(difficulty, LEFT, top, 3);
  for (let i = 0; i < 2 * columns; i++)
    picture(split, i, LEFT + (i % columns) * STEP, top + 30 + Math.floor(i / columns) * STEP);
  top += STRIP;
}
text("larger and in colour", LEFT, top, 3);
const coloured = glyphs({ ...options, size: LARGE, channels: 3 }).train;
for (let i = 0; LEFT + (i + 1) * LARGE_STEP < width; i++)
  picture(coloured, i, LEFT + i * LARGE_STEP, top + 30, undefined, 2);
top += 38 + LARGE_STEP;
text("what is known about each picture", LEFT, top, 3);
["picture", "mask", ...names].forEach((name, column) => {
  name.split(" ").forEach((word, line) => {
    text(word, LEFT + column * STEP, top + 36 + 18 * line, 2);
  });
});
top += 78;
for (const index of examples) {
  picture(sets[1].split, index, LEFT, top);
  picture(sets[1].split, index, LEFT + STEP, top, (p) => sets[1].split.masks[p] === 1);
  names.forEach((_, k) => {
    const marked = (p) => (sets[1].split.concepts.maps[p] >> k) & 1;
    picture(sets[1].split, index, LEFT + (2 + k) * STEP, top, marked);
  });
  top += STEP;
}
writeFileSync(
  process.argv[2] ?? new URL("../docs/glyphs.png", import.meta.url),
  PNG.sync.write(png, { colorType: 2, filterType: 4, deflateLevel: 9, deflateStrategy: 0 }),
);

/** Index of the first picture of a digit that shows a concept (of the first of the digit if none does). */
function firstWith({ labels, concepts }, concept, digit) {
  const bit = 1 << concepts.names.indexOf(concept);
  const found = [...labels.keys()].filter((i) => labels[i] === digit);
  const shows = (i) => concepts.maps.subarray(i * 784, (i + 1) * 784).some((word) => word & bit);
  return found.find(shows) ?? found[0];
}

/** Image `index`; if `marked` is given, dimmed, with the pixels it accepts in colour. */
function picture(split, index, x, y, marked, scale = SCALE) {
  const [channels, , size] = split.images.shape;
  const pixels = size * size;
  for (let p = 0; p < pixels; p++) {
    const at = (c) => split.images.data[(index * channels + (channels === 3 ? c : 0)) * pixels + p];
    const levels = [0, 1, 2].map((c) => (marked ? 60 + at(c) * 0.45 : at(c)));
    const colour = marked?.(index * pixels + p)
      ? MARK.map((m, c) => 0.75 * m + 0.25 * at(c))
      : levels;
    fill(x + (p % size) * scale, y + Math.floor(p / size) * scale, scale, scale, colour);
  }
}

function text(words, x, y, scale) {
  [...words].forEach((letter, n) => {
    const rows = FONT[letter]?.split(" ") ?? [];
    rows.forEach((row, j) => {
      [...row].forEach((cell, i) => {
        if (cell === "1")
          fill(
            Math.round(x + (n * 6 + i) * scale),
            Math.round(y + j * scale),
            Math.ceil(scale),
            Math.ceil(scale),
            INK,
          );
      });
    });
  });
}

function fill(x, y, w, h, colour) {
  for (let j = y; j < Math.min(y + h, png.height); j++)
    for (let i = x; i < Math.min(x + w, png.width); i++)
      png.data.set([...colour, 255], 4 * (j * png.width + i));
}
