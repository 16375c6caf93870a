/** IDX, the format of MNIST and its relatives: arrays of unsigned bytes, plain or gzipped.
 *  - magic: 0, 0, element type (8 = unsigned byte), number of axes
 *  - the length of each axis, 32-bit big-endian
 *  - the elements, row-major; nothing may follow */

import { gunzip, INFLATE_LIMIT, isGzip } from "./gzip.js";
import { badFile, showBytes, showHex, unsupportedFile, viewOf } from "./problems.js";

export interface ByteArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const MAX_AXES = 4;

/** The array in an IDX file. `limit`: largest content accepted from a gzipped file, in bytes.
 *  Plain files are not copied: the result is a view of `bytes`. */
export function readIdx(
  bytes: Uint8Array,
  name: string,
  { limit = INFLATE_LIMIT }: { limit?: number } = {},
): ByteArray {
  const content = isGzip(bytes) ? gunzip(bytes, name, { limit }) : bytes;
  if (content.length < 4)
    badFile(name, "whole file", showBytes(content.length), "an IDX file of at least 4 bytes");
  const view = viewOf(content);
  const [magic, type, axes] = [view.getUint32(0), content[2], content[3]];
  if (content[0] !== 0 || content[1] !== 0)
    badFile(name, "byte 0", `magic ${showHex(magic)}`, "an IDX file (0x0000…)", "give an IDX file");
  if (type !== 8)
    unsupportedFile(
      name,
      "byte 2",
      `element type ${showHex(type, 2)}`,
      "0x08 (unsigned bytes)",
      "convert the elements to unsigned bytes",
    );
  if (axes < 1 || axes > MAX_AXES) badFile(name, "byte 3", `${axes} axes`, `1 to ${MAX_AXES}`);
  const start = 4 + 4 * axes;
  if (content.length < start)
    badFile(name, "header", showBytes(content.length), `${start} bytes of header for ${axes} axes`);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const elements = shape.reduce((product, length) => product * length, 1);
  if (content.length - start !== elements)
    badFile(
      name,
      `from byte ${start}`,
      `${showBytes(content.length - start)} of elements`,
      `${showBytes(elements)} for ${shape.join(" × ")}`,
    );
  return { shape, data: content.subarray(start) };
}

/** An IDX file of unsigned bytes, not compressed. */
export function writeIdx({ shape, data }: ByteArray): Uint8Array {
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + data.length);
  const view = viewOf(bytes);
  view.setUint32(0, 0x0800 | shape.length);
  shape.forEach((length, axis) => {
    view.setUint32(4 + 4 * axis, length);
  });
  bytes.set(data, start);
  return bytes;
}
