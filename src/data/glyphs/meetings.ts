/** Where strokes end freely and where they meet: the points behind two of the concepts. */

import type { Path, Piece } from "./figure.js";
import type { Point } from "./strokes.js";

export interface Meetings {
  readonly ends: readonly Point[];
  readonly junctions: readonly Point[];
}

/** An end of an open path: the point, and how far along the path it lies (first or last piece). */
interface End {
  readonly point: Point;
  readonly path: number;
  readonly piece: number;
}

/** Ends and junctions of all strokes of a picture. `reach`: strokes closer than this, in pixels, touch.
 *  Two ends that touch continue each other (a corner); an end that touches another stroke is a junction. */
export function meetings(paths: readonly Path[], reach: number): Meetings {
  const junctions = crossings(paths);
  const ends: Point[] = [];
  const all = allEnds(paths);
  for (const end of all) {
    if (all.some((other) => other !== end && near(end.point, other.point, reach))) continue;
    if (touchesStroke(end, paths, reach)) junctions.push(end.point);
    else ends.push(end.point);
  }
  return { ends, junctions };
}

function allEnds(paths: readonly Path[]): End[] {
  return paths.flatMap(({ pieces, closed }, path) => {
    if (closed) return [];
    const [first, last] = [pieces[0], pieces[pieces.length - 1]];
    return [
      { point: [first.x0, first.y0] as const, path, piece: 0 },
      { point: [last.x1, last.y1] as const, path, piece: pieces.length - 1 },
    ];
  });
}

const near = (a: Point, b: Point, reach: number): boolean =>
  (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) <= reach * reach;

/** Whether an end touches another path, or a part of its own further along than twice the reach. */
function touchesStroke(end: End, paths: readonly Path[], reach: number): boolean {
  return paths.some(({ pieces }, path) => {
    if (path !== end.path)
      return pieces.some((p) => squaredDistance(p, end.point) <= reach * reach);
    const outwards = end.piece === 0 ? pieces : pieces.toReversed();
    let along = 0;
    return outwards.some((p) => {
      const far = along > 4 * reach;
      along += Math.sqrt((p.x1 - p.x0) * (p.x1 - p.x0) + (p.y1 - p.y0) * (p.y1 - p.y0));
      return far && squaredDistance(p, end.point) <= reach * reach;
    });
  });
}

/** Squared distance from a point to a piece. */
export function squaredDistance(p: Piece, [x, y]: Point): number {
  const [dx, dy] = [p.x1 - p.x0, p.y1 - p.y0];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((x - p.x0) * dx + (y - p.y0) * dy) / length;
  const t = Math.max(0, Math.min(1, along));
  const [ex, ey] = [p.x0 + t * dx - x, p.y0 + t * dy - y];
  return ex * ex + ey * ey;
}

/** A piece, its path, and its place in the path. */
interface Located {
  readonly piece: Piece;
  readonly path: number;
  readonly index: number;
  /** Pieces of a closed path; 0 for an open one. */
  readonly round: number;
}

/** Points where pieces cross that are not neighbours in one path. */
function crossings(paths: readonly Path[]): Point[] {
  const found: Point[] = [];
  const all: Located[] = paths.flatMap(({ pieces, closed }, path) =>
    pieces.map((piece, index) => ({ piece, path, index, round: closed ? pieces.length : 0 })),
  );
  for (let a = 0; a < all.length; a++)
    for (let b = a + 1; b < all.length; b++) {
      const point = neighbours(all[a], all[b]) ? undefined : crossing(all[a], all[b]);
      if (point) found.push(point);
    }
  return found;
}

const neighbours = (a: Located, b: Located): boolean =>
  a.path === b.path && (b.index - a.index === 1 || (a.index === 0 && b.index === a.round - 1));

/** Where two pieces cross. A piece owns its beginning and not its end, so that a path that passes twice through one
 *  vertex (an 8) crosses there once; the beginning of an open path is an end and judged by `meetings`. */
function crossing(one: Located, two: Located): Point | undefined {
  const [a, b] = [one.piece, two.piece];
  const [ax, ay, bx, by] = [a.x1 - a.x0, a.y1 - a.y0, b.x1 - b.x0, b.y1 - b.y0];
  const cross = ax * by - ay * bx;
  if (cross === 0) return undefined;
  const [cx, cy] = [b.x0 - a.x0, b.y0 - a.y0];
  const s = (cx * by - cy * bx) / cross;
  const t = (cx * ay - cy * ax) / cross;
  if (s < 0 || s >= 1 || t < 0 || t >= 1) return undefined;
  if ((s === 0 && isStart(one)) || (t === 0 && isStart(two))) return undefined;
  return [a.x0 + s * ax, a.y0 + s * ay];
}

const isStart = ({ index, round }: Located): boolean => index === 0 && round === 0;
