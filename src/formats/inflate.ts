/** DEFLATE with a promise about memory: the output never grows beyond what the container announced. */

import { Inflate } from "fflate";
import { badFile, showBytes, showHex, viewOf } from "./problems.js";

/** Compressed bytes handed on at a time; DEFLATE expands by 1032 at most, so one step stays below 17 MiB. */
const STEP = 16384;
const MAX_EXPANSION = 1032;

/** Inflates a raw DEFLATE stream to exactly `size` bytes; fails as soon as it is longer, shorter or broken. */
export function inflateExactly(
  compressed: Uint8Array,
  size: number,
  name: string,
  place: string,
): Uint8Array {
  if (size > (compressed.length + 1) * MAX_EXPANSION)
    badFile(
      name,
      place,
      `${showBytes(size)} announced for ${showBytes(compressed.length)} of compressed data`,
      `at most ${MAX_EXPANSION} bytes for each`,
    );
  const out = new Uint8Array(size);
  let at = 0;
  const stream = new Inflate((chunk) => {
    if (at + chunk.length > size)
      badFile(name, place, `more than ${showBytes(size)} after inflating`, `${showBytes(size)}`);
    out.set(chunk, at);
    at += chunk.length;
  });
  try {
    for (let from = 0; from < compressed.length; from += STEP)
      stream.push(compressed.subarray(from, from + STEP), from + STEP >= compressed.length);
  } catch (error) {
    if (error instanceof Error && error.name === "NormLensError") throw error;
    badFile(name, place, "broken compressed data", "a DEFLATE stream", undefined, error);
  }
  if (at < size) badFile(name, place, `${showBytes(at)} after inflating`, `${showBytes(size)}`);
  return out;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let c = byte;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/** CRC-32 as gzip, zip and PNG use it. */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = (c >>> 8) ^ CRC_TABLE[(c ^ bytes[i]) & 255];
  return (c ^ 0xffffffff) >>> 0;
}

/** Inflates a zlib stream (two bytes of head, DEFLATE, Adler-32) to exactly `size` bytes. */
export function unzlib(stream: Uint8Array, size: number, name: string, place: string): Uint8Array {
  if (
    stream.length < 6 ||
    (stream[0] & 15) !== 8 ||
    ((stream[0] << 8) | stream[1]) % 31 !== 0 ||
    stream[1] & 32
  )
    badFile(name, place, "another kind of data", "a zlib stream");
  const content = inflateExactly(stream.subarray(2, -4), size, name, place);
  const stored = viewOf(stream).getUint32(stream.length - 4);
  const found = adler32(content);
  if (found !== stored)
    badFile(name, place, `content of Adler-32 ${showHex(found)}`, showHex(stored));
  return content;
}

/** Adler-32 as zlib streams use it. */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let i = 0; i < bytes.length; i++) {
    a = (a + bytes[i]) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}
