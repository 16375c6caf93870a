/** One picture of `glyphs`: background, texture, clutter, digit, noise, from one random stream. */

import { cos, sin } from "../../tensor/math.js";
import type { Random } from "../../tensor/random.js";
import { type Canvas, markDisc, markLoops, paint } from "./canvas.js";
import { bit } from "./concepts.js";
import { flatten, type Path } from "./figure.js";
import { meetings } from "./meetings.js";
import type { Difficulty, Range } from "./options.js";
import { randomPose, randomVariant } from "./pose.js";
import { addTexture } from "./textures.js";

/** Paints a picture of `digit` on the canvas, replacing what was there. */
export function paintScene(
  canvas: Canvas,
  digit: number,
  difficulty: Difficulty,
  random: Random,
): void {
  const { size, channels } = canvas;
  const contrast = random.uniform(...difficulty.contrast);
  const dark = random.uniform(0, 1 - contrast);
  const inverted = random.uniform() < difficulty.inverted;
  const background = inverted ? 1 - dark : dark;
  const step = inverted ? -contrast : contrast;
  canvas.mask.fill(0);
  canvas.concepts.fill(0);
  fillLevels(canvas, tinted(background, channels, random));
  if (random.uniform() < difficulty.textured) {
    const amplitude = random.uniform(...difficulty.texture);
    addTexture(canvas, random, tinted(amplitude, channels, random));
  }
  const paths: Path[] = [];
  const count = (range: Range): number => range[0] + random.below(range[1] - range[0] + 1);
  const clutter = (drawn: readonly Path[]): void => {
    const level = background + step * random.uniform(...difficulty.clutter);
    const radius = random.uniform(...difficulty.radius) * size;
    paint(canvas, drawn, { radius, colour: tinted(level, channels, random), role: "clutter" });
    paths.push(...drawn);
  };
  for (let n = count(difficulty.strays); n > 0; n--) clutter([strayStroke(size, random)]);
  for (let n = count(difficulty.fragments); n > 0; n--)
    clutter([fragment(difficulty, size, random)]);
  const radius = random.uniform(...difficulty.radius) * size;
  const strokes = randomVariant(digit, random);
  const place = randomPose(strokes, difficulty, size, radius + 0.5, random);
  const figure = strokes.map((stroke) => flatten(stroke, place, size));
  const colour = tinted(background + step, channels, random);
  paint(canvas, figure, { radius, colour, role: "digit" });
  markMeetings(canvas, [...paths, ...figure], radius);
  markLoops(canvas);
  addNoise(canvas, random.uniform(...difficulty.noise), random);
}

/** The level of each channel: grey, or around it with the same mean. */
function tinted(level: number, channels: number, random: Random): readonly number[] {
  if (channels === 1) return [level];
  const tint = Array.from({ length: channels }, () => random.uniform(-0.2, 0.2));
  const mean = tint.reduce((sum, t) => sum + t, 0) / channels;
  return tint.map((t) => level + t - mean);
}

function fillLevels({ levels, size }: Canvas, colour: readonly number[]): void {
  colour.forEach((level, c) => {
    levels.fill(level, c * size * size, (c + 1) * size * size);
  });
}

/** A line or an arc anywhere, possibly leaving the picture. */
function strayStroke(size: number, random: Random): Path {
  const angle = random.uniform(0, 2 * Math.PI);
  const length = random.uniform(0.25, 0.6) * size;
  const bend = random.uniform() < 0.4 ? 0 : random.uniform(-0.4, 0.4);
  const [x, y] = [random.uniform(0, size), random.uniform(0, size)];
  const [dx, dy] = [0.5 * length * cos(angle), 0.5 * length * sin(angle)];
  const points = [
    [x - dx, y - dy],
    [x - bend * dy, y + bend * dx],
    [x + dx, y + dy],
  ] as const;
  return flatten({ kind: bend === 0 ? "straight" : "smooth", points }, (point) => point, size);
}

/** A contiguous part of one stroke of some digit, away from where that digit would stand. */
function fragment(difficulty: Difficulty, size: number, random: Random): Path {
  const strokes = randomVariant(random.below(10), random);
  const place = randomPose(strokes, difficulty, size, 0, random);
  const { pieces } = flatten(strokes[random.below(strokes.length)], place, size);
  const length = Math.max(1, Math.floor(pieces.length * random.uniform(0.25, 0.5)));
  const start = random.below(pieces.length - length + 1);
  const angle = random.uniform(0, 2 * Math.PI);
  const [dx, dy] = [0.3 * size * cos(angle), 0.3 * size * sin(angle)];
  const moved = pieces.slice(start, start + length).map((piece) => ({
    ...piece,
    x0: piece.x0 + dx,
    y0: piece.y0 + dy,
    x1: piece.x1 + dx,
    y1: piece.y1 + dy,
  }));
  return { pieces: moved, closed: false };
}

function markMeetings(canvas: Canvas, paths: readonly Path[], radius: number): void {
  const { ends, junctions } = meetings(paths, radius);
  for (const point of ends) markDisc(canvas, point, radius + 0.7, bit("end point"));
  for (const point of junctions) markDisc(canvas, point, radius + 0.7, bit("junction"));
}

/** The sum of four bytes, less its mean, has this standard deviation: √(4·(256² − 1)/12). */
const FOUR_BYTES = Math.sqrt((4 * (65536 - 1)) / 12);

/** Adds nearly normal noise: each number is the sum of the four bytes of one random word. */
function addNoise({ levels }: Canvas, deviation: number, random: Random): void {
  const scale = deviation / FOUR_BYTES;
  for (let i = 0; i < levels.length; i++) {
    const word = random.bits();
    const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
    levels[i] += scale * (sum - 510);
  }
}
