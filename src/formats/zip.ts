/** zip archives in memory: what npz needs, checked byte by byte.
 *  - local header (PK 03 04) and content of each entry: stored or DEFLATE
 *  - central directory (PK 01 02), one header per entry with sizes, CRC-32 and where the entry begins
 *  - end record (PK 05 06) with number of entries, size and position of the directory
 *  No encryption, no archives in parts, no entry or archive of 4 GiB or more (zip64). */

import { zipSync } from "fflate";
import { INFLATE_LIMIT } from "./gzip.js";
import { crc32, inflateExactly } from "./inflate.js";
import { badFile, showBytes, showHex, showText, unsupportedFile, viewOf } from "./problems.js";

const MAX_ENTRIES = 65535;

interface Entry {
  readonly path: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/** Whether the bytes begin like an archive. */
export const looksLikeZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;

/** The files in an archive by path. `limit`: largest content of all files together; defaults to 1 GiB. */
export function readZip(
  bytes: Uint8Array,
  name: string,
  { limit = INFLATE_LIMIT }: { limit?: number } = {},
): ReadonlyMap<string, Uint8Array> {
  const entries = readDirectory(bytes, name);
  const total = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (total > limit)
    badFile(
      name,
      "directory",
      `${showBytes(total)} of content announced`,
      `at most ${showBytes(limit)}`,
      "unpack it yourself if you trust it, or raise the limit",
    );
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) {
    if (files.has(entry.path))
      badFile(name, "directory", `entry ${showText(entry.path)} twice`, "each entry once");
    files.set(entry.path, readEntry(bytes, entry, name));
  }
  return files;
}

function readDirectory(bytes: Uint8Array, name: string): Entry[] {
  const view = viewOf(bytes);
  const end = findEnd(view, name);
  const [count, size, start] = [
    view.getUint16(end + 10, true),
    view.getUint32(end + 12, true),
    view.getUint32(end + 16, true),
  ];
  if (count === MAX_ENTRIES || start === 0xffffffff)
    unsupportedFile(name, `byte ${end}`, "a zip64 archive", "one below 4 GiB", "split the arrays");
  if (start + size > end)
    badFile(name, `byte ${end + 12}`, `a directory to byte ${start + size}`, `its end by ${end}`);
  const entries: Entry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > start + size || view.getUint32(at, true) !== 0x02014b50)
      badFile(name, `byte ${at}`, "no directory header", `entry ${i} of ${count} (PK 01 02)`);
    const [path, extra, comment] = [28, 30, 32].map((k) => view.getUint16(at + k, true));
    const next = at + 46 + path + extra + comment;
    if (next > start + size)
      badFile(name, `byte ${at}`, `a header to byte ${next}`, `its end by ${start + size}`);
    if (view.getUint16(at + 8, true) & 1)
      unsupportedFile(name, `byte ${at + 8}`, "an encrypted entry", "a plain one", "decrypt it");
    entries.push({
      path: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + path)),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    });
    at = next;
  }
  return entries;
}

/** The end record stands last, before a comment of at most 65,535 bytes. */
function findEnd(view: DataView, name: string): number {
  const last = view.byteLength - 22;
  for (let at = last; at >= Math.max(0, last - 65535); at--)
    if (
      view.getUint32(at, true) === 0x06054b50 &&
      at + 22 + view.getUint16(at + 20, true) === view.byteLength
    )
      return at;
  return badFile(name, "end of file", "no end record", "a zip archive that ends in PK 05 06");
}

function readEntry(bytes: Uint8Array, entry: Entry, name: string): Uint8Array {
  const { at, packed, size, method } = entry;
  const view = viewOf(bytes);
  const place = `entry ${showText(entry.path)}, byte ${at}`;
  if (at + 30 > bytes.length || view.getUint32(at, true) !== 0x04034b50)
    badFile(name, place, "no local header", "a local header (PK 03 04)");
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + packed > bytes.length)
    badFile(name, place, `content to byte ${start + packed}`, `its end by ${bytes.length}`);
  const content = bytes.subarray(start, start + packed);
  if (method !== 0 && method !== 8)
    unsupportedFile(name, place, `compression ${method}`, "0 or 8", "store or deflate the entries");
  if (method === 0 && packed !== size)
    badFile(name, place, `${showBytes(packed)} stored`, showBytes(size));
  const data = method === 0 ? content.slice() : inflateExactly(content, size, name, place);
  if (crc32(data) !== entry.crc)
    badFile(name, place, `content of CRC-32 ${showHex(crc32(data))}`, showHex(entry.crc));
  return data;
}

/** An archive of these files, the same bytes whenever it is written. */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const mtime = new Date(1980, 0, 1);
  return zipSync(Object.fromEntries([...files].map(([path, data]) => [path, [data, { mtime }]])));
}
