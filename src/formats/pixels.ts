/** A decoded picture, and the limits that pictures from files must keep. */

import { badFile } from "./problems.js";

/** Grey or RGB bytes, row by row, channels interleaved (HWC), as pictures lie in files. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

export interface PictureOptions {
  /** Largest width and height in pixels; defaults to 4096. */
  readonly maxSide?: number;
}

export const MAX_SIDE = 4096;

/** Checks what a header announces before anything of that size is made. */
export function checkSide(
  width: number,
  height: number,
  maxSide: number,
  name: string,
  place: string,
): void {
  if (width < 1 || height < 1 || width > maxSide || height > maxSide)
    badFile(
      name,
      place,
      `a picture of ${width} × ${height} pixels`,
      `1 to ${maxSide} each way`,
      "scale the picture down, or raise the limit",
    );
}

/** RGBA as decoders return it, without alpha; grey if `grey`. Alpha is ignored: a pixel keeps its stored colour. */
export function fromRgba(rgba: Uint8Array, width: number, height: number, grey: boolean): Picture {
  const channels = grey ? 1 : 3;
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < channels; c++) data[i * channels + c] = rgba[i * 4 + c];
  return { width, height, channels, data };
}
