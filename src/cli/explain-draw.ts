/** Pictures of maps: the map alone, and over the image it explains. */

import { colourAt, type ScaledMap } from "../report/colour-maps.js";

/** Pixels of RGB bytes. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Drawings are about this wide: each pixel of the map becomes a square. */
const SIDE = 224;

/** Every pixel's colour as a square. */
function enlarged(
  H: number,
  W: number,
  colour: (p: number) => readonly [number, number, number],
): Drawing {
  const k = Math.max(1, Math.round(SIDE / Math.max(H, W)));
  const rgb = new Uint8Array(H * W * k * k * 3);
  for (let p = 0; p < H * W; p++) {
    const own = colour(p);
    for (let dy = 0; dy < k; dy++)
      for (let dx = 0; dx < k; dx++)
        rgb.set(own, ((Math.floor(p / W) * k + dy) * W * k + (p % W) * k + dx) * 3);
  }
  return { width: W * k, height: H * k, rgb };
}

const byte = (v: number): number => Math.round(255 * Math.min(1, Math.max(0, v)));

/** The image itself; more than three channels as grey. */
export const drawImage = (pixels: Float32Array, C: number, H: number, W: number): Drawing =>
  enlarged(H, W, (p) => {
    const at = (c: number): number => byte(pixels[(C === 3 ? c : 0) * H * W + p]);
    return [at(0), at(1), at(2)];
  });

export const drawMap = ({ scale, t }: ScaledMap, H: number, W: number): Drawing =>
  enlarged(H, W, (p) => colourAt(scale, t[p]));

/** The map over the image it explains.
 *  - Diverging: the image hardly seen, white where nothing is attributed, colours the fuller, the stronger they are.
 *  - Sequential: colours everywhere, the image shining through. */
export const drawOverlay = (
  { scale, t }: ScaledMap,
  pixels: Float32Array,
  C: number,
  H: number,
  W: number,
): Drawing =>
  enlarged(H, W, (p) => {
    let light = 0;
    for (let c = 0; c < C; c++) light += Math.min(1, Math.max(0, pixels[c * H * W + p])) / C;
    const isDiverging = scale === "diverging";
    const grey = 255 * (isDiverging ? 0.72 + 0.28 * light : light);
    const strength = isDiverging ? Math.sqrt(Math.abs(t[p])) : 0.68;
    const colour = colourAt(scale, t[p]);
    const mix = (k: 0 | 1 | 2): number => Math.round(grey + (colour[k] - grey) * strength);
    return [mix(0), mix(1), mix(2)];
  });
