/** Writes what the PNG reader reads: any colour type and depth, interlaced or not, every line unfiltered. */

import { deflateSync } from "node:zlib";
import { crc32 } from "../../src/formats/inflate.js";

export interface PngSpec {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  readonly interlaced?: boolean;
  /** Sample `channel` of the pixel at (x, y), below 2^depth. */
  readonly sample: (x: number, y: number, channel: number) => number;
  /** Chunks between IHDR and IDAT. */
  readonly extra?: readonly Uint8Array[];
}

export const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** A chunk with its checksum. */
export function chunk(type: string, content: ArrayLike<number>): Uint8Array {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(Uint8Array.from(content), 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return new Uint8Array(bytes);
}

/** Content of IHDR. */
export function header(spec: Omit<PngSpec, "sample">): Uint8Array {
  const bytes = new Uint8Array(13);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, spec.width);
  view.setUint32(4, spec.height);
  bytes.set([spec.depth, spec.colourType, 0, 0, spec.interlaced ? 1 : 0], 8);
  return bytes;
}

/** First column and row, and steps, of the passes. */
const ADAM7 = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
];

/** The lines of all passes, each behind its filter byte. */
export function lines(spec: PngSpec): Uint8Array {
  const passes = spec.interlaced ? ADAM7 : [{ x: 0, y: 0, dx: 1, dy: 1 }];
  const out: number[] = [];
  for (const pass of passes)
    for (let y = pass.y; y < spec.height && pass.x < spec.width; y += pass.dy) {
      let bits = "";
      for (let x = pass.x; x < spec.width; x += pass.dx)
        for (let c = 0; c < SAMPLES[spec.colourType]; c++)
          bits += spec.sample(x, y, c).toString(2).padStart(spec.depth, "0");
      out.push(
        0,
        ...(bits.match(/.{1,8}/g) ?? []).map((b) => Number.parseInt(b.padEnd(8, "0"), 2)),
      );
    }
  return Uint8Array.from(out);
}

export function png(spec: PngSpec): Uint8Array {
  return join(
    chunk("IHDR", header(spec)),
    ...(spec.extra ?? []),
    chunk("IDAT", deflateSync(lines(spec))),
    chunk("IEND", []),
  );
}

/** A file of these chunks. */
export const join = (...chunks: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(Buffer.concat([SIGNATURE, ...chunks]));
