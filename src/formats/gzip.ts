/** gzip (RFC 1952), one member, into memory.
 *  - 10-byte header: 1f 8b, method 8, flags; then the optional fields that the flags name
 *  - a raw DEFLATE stream
 *  - 8-byte trailer: CRC-32 and length (mod 2³²) of the content, little-endian
 *  Size, checksum and end are checked; an archive that announces more than `limit` is refused unopened. */

import { crc32, inflateExactly } from "./inflate.js";
import { badFile, showBytes, showHex, viewOf } from "./problems.js";

/** Refuse to inflate beyond this unless told otherwise: 1 GiB. */
export const INFLATE_LIMIT = 2 ** 30;

const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;

/** Whether the bytes begin like a gzip file. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The content of a gzip file. `limit`: largest content accepted, in bytes; defaults to 1 GiB. */
export function gunzip(
  bytes: Uint8Array,
  name: string,
  { limit = INFLATE_LIMIT }: { limit?: number } = {},
): Uint8Array {
  if (!isGzip(bytes))
    badFile(name, "byte 0", "another format", "a gzip file (1f 8b)", "give a .gz file");
  if (bytes.length < 18)
    badFile(name, "whole file", showBytes(bytes.length), "a gzip file of at least 18 bytes");
  const start = headerEnd(bytes, name);
  const trailer = bytes.length - 8;
  if (start > trailer)
    badFile(name, `byte ${start}`, "the end of the file", "compressed data and an 8-byte trailer");
  const view = viewOf(bytes);
  const size = view.getUint32(trailer + 4, true);
  if (size > limit)
    badFile(
      name,
      `byte ${trailer + 4}`,
      `${showBytes(size)} of content announced`,
      `at most ${showBytes(limit)}`,
      "unpack it yourself if you trust it, or raise the limit",
    );
  const place = `compressed data from byte ${start}`;
  const content = inflateExactly(bytes.subarray(start, trailer), size, name, place);
  const [found, stored] = [crc32(content), view.getUint32(trailer, true)];
  if (found !== stored)
    badFile(name, `byte ${trailer}`, `content of CRC-32 ${showHex(found)}`, showHex(stored));
  return content;
}

/** Where the compressed data begin. */
function headerEnd(bytes: Uint8Array, name: string): number {
  const flags = bytes[3];
  if (bytes[2] !== 8) badFile(name, "byte 2", `compression method ${bytes[2]}`, "8 (DEFLATE)");
  if (flags & FLAG.reserved)
    badFile(name, "byte 3", `flags ${showHex(flags, 2)}`, "flags below 0x20");
  let at = 10;
  if (flags & FLAG.extra) at += 2 + (bytes[at] | (bytes[at + 1] << 8));
  for (const field of [FLAG.name, FLAG.comment])
    if (flags & field) {
      const end = at < bytes.length ? bytes.indexOf(0, at) : -1;
      if (end < 0)
        badFile(name, `byte ${at}`, "a text without end", "a text that ends in a zero byte");
      at = end + 1;
    }
  return flags & FLAG.headerCrc ? at + 2 : at;
}
