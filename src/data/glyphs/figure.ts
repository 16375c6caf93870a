/** From pen movements to short straight pieces in pixel coordinates, and what meets where. */

import type { Point, Stroke } from "./strokes.js";

/** A straight piece of a stroke, in pixels; its orientation and bend feed the concept maps. */
export interface Piece {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** 0 horizontal, 1 rising, 2 vertical, 3 falling. */
  readonly orientation: 0 | 1 | 2 | 3;
  curved: boolean;
}

/** A stroke after flattening: its pieces in order. */
export interface Path {
  readonly pieces: readonly Piece[];
  readonly closed: boolean;
}

/** Where a point of the model's box lies in the picture. */
export type Placement = (point: Point) => Point;

const PIECE_LENGTH = 1.6; // pixels; short enough that flattening errs by less than a tenth of a pixel
const BEND_RADIUS = 0.3; // of the picture's side: rounder than this counts as a curve

/** One stroke, placed and flattened. `side`: width of the picture in pixels. */
export function flatten(stroke: Stroke, place: Placement, side: number): Path {
  const points = stroke.points.map(place);
  if (stroke.kind === "straight") {
    const pieces = points.slice(1).map((to, i) => piece(points[i], to));
    return { pieces, closed: false };
  }
  const closed = stroke.kind === "loop";
  const n = points.length;
  const at = (i: number): Point => points[closed ? (i + n) % n : Math.min(Math.max(i, 0), n - 1)];
  const pieces: Piece[] = [];
  for (let i = 0; i < (closed ? n : n - 1); i++)
    spline(at(i - 1), at(i), at(i + 1), at(i + 2), pieces);
  markBends(pieces, closed, side);
  return { pieces, closed };
}

/** The part of a Catmull–Rom spline from p1 to p2, in pieces. */
function spline(p0: Point, p1: Point, p2: Point, p3: Point, pieces: Piece[]): void {
  const count = Math.max(2, Math.ceil(distance(p1, p2) / PIECE_LENGTH));
  let from = p1;
  for (let k = 1; k <= count; k++) {
    const t = k / count;
    const to: Point =
      k === count
        ? p2
        : [catmullRom(p0[0], p1[0], p2[0], p3[0], t), catmullRom(p0[1], p1[1], p2[1], p3[1], t)];
    pieces.push(piece(from, to));
    from = to;
  }
}

const catmullRom = (a: number, b: number, c: number, d: number, t: number): number =>
  b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));

const distance = (a: Point, b: Point): number =>
  Math.sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]));

const TAN_22_5 = Math.SQRT2 - 1;

function piece([x0, y0]: Point, [x1, y1]: Point): Piece {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const [across, down] = [Math.abs(dx), Math.abs(dy)];
  // y grows downwards, so a stroke that rises to the right has dx·dy < 0.
  const orientation =
    down <= TAN_22_5 * across ? 0 : across <= TAN_22_5 * down ? 2 : dx * dy < 0 ? 1 : 3;
  return { x0, y0, x1, y1, orientation, curved: false };
}

/** Marks both neighbours of every joint whose curvature (turn per length) exceeds that of the bend radius. */
function markBends(pieces: readonly Piece[], closed: boolean, side: number): void {
  for (let i = closed ? 0 : 1; i < pieces.length; i++) {
    const a = pieces[(i + pieces.length - 1) % pieces.length];
    const b = pieces[i];
    const [ax, ay, bx, by] = [a.x1 - a.x0, a.y1 - a.y0, b.x1 - b.x0, b.y1 - b.y0];
    const [la, lb] = [Math.sqrt(ax * ax + ay * ay), Math.sqrt(bx * bx + by * by)];
    const sine = Math.abs(ax * by - ay * bx) / (la * lb);
    if (2 * sine * BEND_RADIUS * side > la + lb) a.curved = b.curved = true;
  }
}
