/** PNG out: 8-bit RGB. */

import { PNG } from "pngjs";

/** A PNG file of `width` × `height` pixels from RGB bytes, row by row. */
export function writePng(rgb: Uint8Array, width: number, height: number): Uint8Array {
  const png = new PNG({ width, height, colorType: 2, inputHasAlpha: false, bitDepth: 8 });
  png.data = Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength);
  return PNG.sync.write(png, { colorType: 2, inputHasAlpha: false });
}
