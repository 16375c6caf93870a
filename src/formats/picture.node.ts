/** A picture from a file: PNG or JPEG by its content, whatever the file is called. */

import { readJpeg } from "./jpeg.js";
import type { Picture } from "./pixels.js";
import { readPng } from "./png.node.js";

const starts = (bytes: Uint8Array, ...first: number[]): boolean =>
  first.every((byte, i) => bytes[i] === byte);

/** The picture, or undefined if the file is of another kind. */
export function readPicture(bytes: Uint8Array, name: string): Picture | undefined {
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47)) return readPng(bytes, name);
  return starts(bytes, 0xff, 0xd8) ? readJpeg(bytes, name) : undefined;
}
