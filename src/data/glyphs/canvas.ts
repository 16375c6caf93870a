/** The picture while it is painted: levels, the digit's mask and the concept words. */

import { bit } from "./concepts.js";
import type { Path } from "./figure.js";
import type { Point } from "./strokes.js";

export interface Canvas {
  readonly size: number;
  readonly channels: number;
  /** CHW, 0 black to 1 white; painting may leave the range until the end. */
  readonly levels: Float64Array;
  readonly mask: Uint8Array;
  readonly concepts: Uint16Array;
  /** Scratch: squared distance from each pixel's centre to the figure at hand, and the bits of its nearest piece. */
  readonly distances: Float64Array;
  readonly marks: Uint16Array;
}

export function canvas(size: number, channels: number): Canvas {
  const pixels = size * size;
  return {
    size,
    channels,
    levels: new Float64Array(channels * pixels),
    mask: new Uint8Array(pixels),
    concepts: new Uint16Array(pixels),
    distances: new Float64Array(pixels),
    marks: new Uint16Array(pixels),
  };
}

const ORIENTATIONS = [
  bit("horizontal stroke"),
  bit("rising stroke"),
  bit("vertical stroke"),
  bit("falling stroke"),
] as const;

/** How a figure is painted. */
export interface Pen {
  /** Half the width of the stroke, in pixels. */
  readonly radius: number;
  /** Level of each channel. */
  readonly colour: readonly number[];
  readonly role: "digit" | "clutter";
}

/** Paints paths over what is there, edges blended over one pixel: coverage = radius + ½ − distance, within [0, 1].
 *  Pixels whose centre lies in the stroke (coverage ≥ ½) take its concepts and lose those of what it hides. */
export function paint(canvas: Canvas, paths: readonly Path[], pen: Pen): void {
  measure(canvas, paths, pen.radius + 1);
  const { distances, marks, levels, concepts, mask } = canvas;
  const pixels = canvas.size * canvas.size;
  const reach = (pen.radius + 0.5) * (pen.radius + 0.5);
  const role = pen.role === "clutter" ? bit("clutter") : 0;
  for (let p = 0; p < pixels; p++) {
    if (distances[p] >= reach) continue;
    const coverage = Math.min(1, pen.radius + 0.5 - Math.sqrt(distances[p]));
    for (let c = 0; c < canvas.channels; c++) {
      const i = c * pixels + p;
      levels[i] += coverage * (pen.colour[c] - levels[i]);
    }
    if (coverage < 0.5) continue;
    concepts[p] = marks[p] | role;
    if (pen.role === "digit") mask[p] = 1;
  }
}

/** Fills `distances` and `marks` for all pixels within `reach` of the paths. */
function measure(canvas: Canvas, paths: readonly Path[], reach: number): void {
  const { size, distances, marks } = canvas;
  distances.fill(Infinity);
  for (const { pieces } of paths)
    for (const { x0, y0, x1, y1, orientation, curved } of pieces) {
      const mark = ORIENTATIONS[orientation] | (curved ? bit("curve") : 0);
      const [dx, dy] = [x1 - x0, y1 - y0];
      const length = dx * dx + dy * dy;
      const inverse = length > 0 ? 1 / length : 0;
      const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
      const right = Math.min(size - 1, Math.floor(Math.max(x0, x1) + reach));
      const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
      const bottom = Math.min(size - 1, Math.floor(Math.max(y0, y1) + reach));
      for (let y = top; y <= bottom; y++)
        for (let x = left; x <= right; x++) {
          const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
          const along = (px * dx + py * dy) * inverse;
          const t = Math.max(0, Math.min(1, along));
          const [ex, ey] = [px - t * dx, py - t * dy];
          const squared = ex * ex + ey * ey;
          const p = y * size + x;
          if (squared < distances[p]) {
            distances[p] = squared;
            marks[p] = mark;
          }
        }
    }
}

/** Adds a concept's bit to every pixel whose centre lies within `radius` of the point. */
export function markDisc(canvas: Canvas, [x, y]: Point, radius: number, concept: number): void {
  const { size, concepts } = canvas;
  const top = Math.max(0, Math.floor(y - radius));
  const bottom = Math.min(size - 1, Math.floor(y + radius));
  const left = Math.max(0, Math.floor(x - radius));
  const right = Math.min(size - 1, Math.floor(x + radius));
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) {
      const [dx, dy] = [column + 0.5 - x, row + 0.5 - y];
      if (dx * dx + dy * dy <= radius * radius) concepts[row * size + column] |= concept;
    }
}

/** Marks the background that the digit encloses: what a fill from the border does not reach. The fill takes diagonal
 *  steps too, or a nook in a corner of the pen's path would count as a loop of one pixel; strokes are too thick
 *  for it to slip through. */
export function markLoops({ size, mask, concepts, marks }: Canvas): void {
  marks.fill(0); // scratch again: 1 = reached from outside
  const open: number[] = [];
  const visit = (p: number): void => {
    if (mask[p] || marks[p]) return;
    marks[p] = 1;
    open.push(p);
  };
  for (let i = 0; i < size; i++)
    for (const p of [i, (size - 1) * size + i, i * size, i * size + size - 1]) visit(p);
  for (let p = open.pop(); p !== undefined; p = open.pop()) {
    const [row, column] = [Math.floor(p / size), p % size];
    for (let y = Math.max(0, row - 1); y <= Math.min(size - 1, row + 1); y++)
      for (let x = Math.max(0, column - 1); x <= Math.min(size - 1, column + 1); x++)
        visit(y * size + x);
  }
  for (let p = 0; p < mask.length; p++)
    if (!mask[p] && !marks[p]) concepts[p] |= bit("loop interior");
}
