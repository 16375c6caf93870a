/** Distractors of the background: textures in a part of the picture. */

import { cos, sin } from "../../tensor/math.js";
import type { Random } from "../../tensor/random.js";
import type { Canvas } from "./canvas.js";
import { bit } from "./concepts.js";

/** A pattern in texture coordinates (one period = 1), between −1 and 1; `blur`: one pixel in these units. */
type Pattern = (u: number, v: number, blur: number) => number;

const TEXTURES: Readonly<Record<"grating" | "checker" | "dots", Pattern>> = {
  grating: (u) => sin(2 * Math.PI * (u - Math.floor(u))),
  checker: (u, v) => (((Math.floor(u) + Math.floor(v)) & 1) === 0 ? 1 : -1),
  dots: (u, v, blur) => {
    const [du, dv] = [u - Math.floor(u) - 0.5, v - Math.floor(v) - 0.5];
    const inside = (0.3 - Math.sqrt(du * du + dv * dv)) / blur + 0.5;
    return inside < 0 ? -1 : inside > 1 ? 1 : 2 * inside - 1;
  },
};

type Kind = keyof typeof TEXTURES | "gradient";

/** Adds a random texture of the given amplitude (per channel) to a part of the picture and marks its pixels. */
export function addTexture(canvas: Canvas, random: Random, amplitudes: readonly number[]): void {
  const kinds: readonly Kind[] = ["grating", "checker", "dots", "gradient"];
  const kind = kinds[random.below(kinds.length)];
  const angle = random.uniform(0, 2 * Math.PI);
  const period = random.uniform(0.12, 0.3) * canvas.size;
  const phase = [random.uniform(), random.uniform()];
  const inside = region(canvas.size, random);
  const [c, s] = [cos(angle) / period, sin(angle) / period];
  const half = canvas.size / 2;
  const { size, levels, concepts } = canvas;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const [dx, dy] = [x + 0.5 - half, y + 0.5 - half];
      const p = y * size + x;
      if (kind !== "gradient" && !inside(dx, dy)) continue;
      const [u, v] = [c * dx + s * dy, c * dy - s * dx];
      const value =
        kind === "gradient"
          ? (u * period) / half
          : TEXTURES[kind](u + phase[0], v + phase[1], 1 / period);
      for (let ch = 0; ch < canvas.channels; ch++)
        levels[ch * size * size + p] += amplitudes[ch] * value;
      concepts[p] |= bit(kind);
    }
}

/** Which offsets from the picture's centre a texture covers: all, a half-plane or a disc. */
function region(size: number, random: Random): (dx: number, dy: number) => boolean {
  const choice = random.below(3);
  const angle = random.uniform(0, 2 * Math.PI);
  const offset = random.uniform(-0.2, 0.2) * size;
  const radius = random.uniform(0.2, 0.4) * size;
  const [c, s] = [cos(angle), sin(angle)];
  if (choice === 0) return () => true;
  if (choice === 1) return (dx, dy) => c * dx + s * dy > offset;
  const [x, y] = [c * 0.25 * size, s * 0.25 * size];
  return (dx, dy) => (dx - x) * (dx - x) + (dy - y) * (dy - y) < radius * radius;
}
