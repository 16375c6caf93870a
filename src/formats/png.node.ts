/** PNG: any colour type and depth to grey or RGB bytes.
 *  - signature, then chunks: length (big-endian), type, content, CRC-32 of type and content
 *  - IHDR first (width, height, depth, colour type, interlacing), PLTE, IDAT…, IEND last
 *  Everything is checked here, with its place, before the decoder sees it: the chunks, their checksums, and that
 *  the pixel data inflate to exactly the size that IHDR announces. */

import { PNG } from "pngjs";
import { crc32, unzlib } from "./inflate.js";
import { checkSide, fromRgba, MAX_SIDE, type Picture, type PictureOptions } from "./pixels.js";
import { badFile, showBytes, showHex, showText, viewOf } from "./problems.js";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Samples per pixel and depths allowed, by colour type. */
const COLOURS: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

interface Chunk {
  readonly type: string;
  readonly at: number;
  readonly content: Uint8Array;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly colourType: number;
  readonly bitsPerPixel: number;
  readonly interlaced: boolean;
}

/** The picture in a PNG file: grey for grey colour types, else RGB; 16-bit samples are scaled to the
 *  nearest of 8 bits, alpha is ignored. */
export function readPng(
  bytes: Uint8Array,
  name: string,
  { maxSide = MAX_SIDE }: PictureOptions = {},
): Picture {
  const chunks = readChunks(bytes, name);
  const header = readHeader(chunks[0], name, maxSide);
  checkOrder(chunks, header, name);
  checkPixels(chunks, header, name);
  try {
    const { data } = PNG.sync.read(essence(bytes, chunks));
    const grey = header.colourType === 0 || header.colourType === 4;
    return fromRgba(data, header.width, header.height, grey);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return badFile(
      name,
      `pixel data: ${why}`,
      "pixels that cannot be decoded",
      "a PNG",
      undefined,
      error,
    );
  }
}

const CRITICAL = ["IHDR", "PLTE", "IDAT", "IEND"];

/** The file without what only decorates it. The decoder would blacken pixels of the colour that a tRNS names. */
const essence = (bytes: Uint8Array, chunks: readonly Chunk[]): Buffer =>
  Buffer.concat([
    Uint8Array.from(SIGNATURE),
    ...chunks
      .filter(({ type }) => CRITICAL.includes(type))
      .map(({ at, content }) => bytes.subarray(at, at + 12 + content.length)),
  ]);

function readChunks(bytes: Uint8Array, name: string): Chunk[] {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte))
    badFile(name, "byte 0", "another format", "a PNG file (89 50 4e 47 …)", "give a .png file");
  const view = viewOf(bytes);
  const chunks: Chunk[] = [];
  let at = 8;
  while (chunks.at(-1)?.type !== "IEND") {
    if (at + 12 > bytes.length) badFile(name, `byte ${at}`, "the end of the file", "a chunk");
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 8 + length;
    if (end + 4 > bytes.length)
      badFile(
        name,
        `byte ${at}`,
        `chunk ${showText(type)} of ${showBytes(length)}`,
        `at most ${showBytes(bytes.length - at - 12)}`,
      );
    const found = crc32(bytes.subarray(at + 4, end));
    if (found !== view.getUint32(end))
      badFile(
        name,
        `byte ${end}, chunk ${showText(type)}`,
        `content of CRC-32 ${showHex(found)}`,
        showHex(view.getUint32(end)),
      );
    chunks.push({ type, at, content: bytes.subarray(at + 8, end) });
    at = end + 4;
  }
  if (at !== bytes.length)
    badFile(name, `byte ${at}`, showBytes(bytes.length - at), "the end of the file after IEND");
  return chunks;
}

function readHeader({ type, content }: Chunk, name: string, maxSide: number): Header {
  if (type !== "IHDR" || content.length !== 13)
    badFile(
      name,
      "byte 8",
      `chunk ${showText(type)}, ${showBytes(content.length)}`,
      "IHDR, 13 bytes",
    );
  const view = viewOf(content);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  checkSide(width, height, maxSide, name, "byte 16, IHDR");
  const [depth, colourType, compression, filter, interlacing] = content.subarray(8);
  const colour = COLOURS[colourType];
  if (!colour?.depths.includes(depth))
    badFile(name, "byte 24, IHDR", `depth ${depth}, colour type ${colourType}`, "a pair of PNG's");
  if (compression !== 0 || filter !== 0 || interlacing > 1)
    badFile(
      name,
      "byte 26, IHDR",
      `compression ${compression}, filter ${filter}, interlacing ${interlacing}`,
      "0, 0, and 0 or 1",
    );
  const bitsPerPixel = depth * colour.samples;
  return { width, height, colourType, bitsPerPixel, interlaced: interlacing === 1 };
}

/** One IHDR, a palette of the right size where one is needed, no critical chunk that PNG does not know. */
function checkOrder(chunks: readonly Chunk[], header: Header, name: string): void {
  const seen = new Set<string>();
  for (const { type, at, content } of chunks) {
    const place = `byte ${at}`;
    const known = CRITICAL.includes(type);
    if (!known && type.charCodeAt(0) < 0x61)
      badFile(name, place, `critical chunk ${showText(type)}`, CRITICAL.join(", "));
    if (known && type !== "IDAT" && seen.has(type))
      badFile(name, place, `${type} twice`, "it once");
    if (type === "PLTE" && (content.length % 3 !== 0 || content.length < 3 || content.length > 768))
      badFile(
        name,
        place,
        `a palette of ${showBytes(content.length)}`,
        "3 bytes for 1 to 256 colours",
      );
    seen.add(type);
  }
  if (header.colourType === 3 && !seen.has("PLTE"))
    badFile(name, "chunks", "no palette", "a chunk PLTE for colour type 3");
}

/** The pixel data are a zlib stream of exactly the announced size, filters included. */
function checkPixels(chunks: readonly Chunk[], header: Header, name: string): void {
  const parts = chunks.filter(({ type }) => type === "IDAT").map(({ content }) => content);
  const stream = Buffer.concat(parts);
  unzlib(stream, pixelBytes(header), name, "pixel data, chunks IDAT");
}

/** Start and step, across and down, of the seven interlacing passes (Adam7). */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function pixelBytes({ width, height, bitsPerPixel, interlaced }: Header): number {
  const passes = interlaced ? PASSES : ([[0, 0, 1, 1]] as const);
  let total = 0;
  for (const [x, y, dx, dy] of passes) {
    const [columns, rows] = [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)];
    if (columns > 0 && rows > 0) total += rows * (1 + Math.ceil((columns * bitsPerPixel) / 8));
  }
  return total;
}
