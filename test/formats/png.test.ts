import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { readPng } from "../../src/formats/png.node.js";
import { damageEverywhere, golden, messageOf, withByte } from "./hostile.js";
import { chunk, header, join, lines, type PngSpec, png } from "./png.js";

const END = "; the file is damaged or incomplete, fetch or write it again";

/** Different samples everywhere, the largest value among them. */
const sampleOf = (depth: number) => (x: number, y: number, c: number) =>
  ((x + y * 7 + c * 5 + 1) * 4567) % 2 ** depth;

const palette = Uint8Array.from({ length: 768 }, (_, i) => (i * 37 + 11) % 256);

/** What each pixel should become: depth scaled to eight bits, palettes looked up, alpha dropped. */
function expected({ width, height, depth, colourType, sample }: PngSpec): number[] {
  const out: number[] = [];
  const level = (v: number): number => Math.round((v * 255) / (2 ** depth - 1));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (colourType === 3) out.push(...palette.slice(3 * sample(x, y, 0)).slice(0, 3));
      else
        for (let c = 0; c < (colourType === 0 || colourType === 4 ? 1 : 3); c++)
          out.push(level(sample(x, y, c)));
  return out;
}

const kinds = [
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
] as const;

const all = kinds.flatMap(([colourType, depths]) => depths.map((depth) => ({ colourType, depth })));

test.each(all)("colour type $colourType, depth $depth, plain and interlaced", (kind) => {
  for (const interlaced of [false, true])
    for (const [width, height] of [
      [11, 9],
      [1, 1],
      [3, 2],
    ]) {
      const extra = kind.colourType === 3 ? [chunk("PLTE", palette)] : [];
      const spec = { ...kind, width, height, interlaced, extra, sample: sampleOf(kind.depth) };
      const picture = readPng(png(spec), "f");
      const channels = kind.colourType === 0 || kind.colourType === 4 ? 1 : 3;
      expect(picture).toMatchObject({ width, height, channels });
      expect([...picture.data], `${width} × ${height}, ${interlaced}`).toEqual(expected(spec));
    }
});

test("pictures by another writer: filtered lines, and a palette", () => {
  const { data, ...rest } = readPng(golden("rgb.png"), "rgb.png");
  expect(rest).toEqual({ width: 16, height: 12, channels: 3 });
  const formula = [...Array(192).keys()].flatMap((p) => {
    const [x, y] = [p % 16, Math.floor(p / 16)];
    return [x * 16, y * 20, (x + y) * 8];
  });
  expect([...data]).toEqual(formula);
  const reduced = readPng(golden("palette.png"), "palette.png");
  expect(reduced.channels).toBe(3);
  const colours = new Set<string>();
  for (let p = 0; p < 192; p++) colours.add(reduced.data.subarray(3 * p, 3 * p + 3).join());
  expect(colours.size).toBe(8);
  const error = reduced.data.reduce((sum, v, i) => sum + Math.abs(v - formula[i]), 0) / 576;
  expect(error).toBeLessThan(25);
});

const grey: PngSpec = { width: 3, height: 2, depth: 8, colourType: 0, sample: (x, y) => x + 3 * y };

test("transparency changes no pixel: its stored colour counts", () => {
  const extra = [chunk("tRNS", [0, 4]), chunk("tEXt", [65, 0, 66])];
  expect([...readPng(png({ ...grey, extra }), "f").data]).toEqual([0, 1, 2, 3, 4, 5]);
});

test("pixel data may lie in several chunks", () => {
  const stream = deflateSync(lines(grey));
  const parts = [...stream].map((byte) => chunk("IDAT", [byte]));
  const file = join(chunk("IHDR", header(grey)), ...parts, chunk("IEND", []));
  expect([...readPng(file, "f").data]).toEqual([0, 1, 2, 3, 4, 5]);
});

const head = chunk("IHDR", header(grey));
const pixels = chunk("IDAT", deflateSync(lines(grey)));
const end = chunk("IEND", []);
const indexed = { ...grey, colourType: 3 } as const;
const sound = png(grey);
const withHeader = (at: number, value: number): Uint8Array =>
  join(chunk("IHDR", withByte(header(grey), at, value)), pixels, end);

const errors: readonly (readonly [string, Uint8Array, string])[] = [
  [
    "another format",
    withByte(sound, 1, 0),
    "got another format, expected a PNG file (89 50 4e 47 …) (byte 0); give a .png file",
  ],
  [
    "no end",
    sound.slice(0, -12),
    `got the end of the file, expected a chunk (byte ${sound.length - 12})${END}`,
  ],
  [
    "chunk beyond the end",
    withByte(sound, 10, 1),
    `got chunk "IHDR" of 269 bytes, expected at most ${sound.length - 20} bytes (byte 8)${END}`,
  ],
  [
    "bytes after the end",
    Uint8Array.of(...sound, 1),
    `got 1 byte, expected the end of the file after IEND (byte ${sound.length})${END}`,
  ],
  [
    "no header",
    join(pixels, end),
    `got chunk "IDAT", ${pixels.length - 12} bytes, expected IHDR, 13 bytes (byte 8)${END}`,
  ],
  [
    "two headers",
    join(head, head, pixels, end),
    `got IHDR twice, expected it once (byte 33)${END}`,
  ],
  [
    "width 0",
    withHeader(3, 0),
    "got a picture of 0 × 2 pixels, expected 1 to 4096 each way (byte 16, IHDR); scale the picture down, or raise the limit",
  ],
  [
    "a picture of gigabytes",
    withHeader(4, 64),
    "got a picture of 3 × 1073741826 pixels, expected 1 to 4096 each way (byte 16, IHDR); scale the picture down, or raise the limit",
  ],
  [
    "depth",
    withHeader(8, 3),
    `got depth 3, colour type 0, expected a pair of PNG's (byte 24, IHDR)${END}`,
  ],
  [
    "colour type",
    withHeader(9, 5),
    `got depth 8, colour type 5, expected a pair of PNG's (byte 24, IHDR)${END}`,
  ],
  [
    "interlacing",
    withHeader(12, 2),
    `got compression 0, filter 0, interlacing 2, expected 0, 0, and 0 or 1 (byte 26, IHDR)${END}`,
  ],
  [
    "unknown critical chunk",
    join(head, chunk("ABCD", []), pixels, end),
    `got critical chunk "ABCD", expected IHDR, PLTE, IDAT, IEND (byte 33)${END}`,
  ],
  [
    "palette of 4 bytes",
    join(head, chunk("PLTE", [1, 2, 3, 4]), pixels, end),
    `got a palette of 4 bytes, expected 3 bytes for 1 to 256 colours (byte 33)${END}`,
  ],
  [
    "no palette",
    png(indexed),
    `got no palette, expected a chunk PLTE for colour type 3 (chunks)${END}`,
  ],
  [
    "no pixels",
    join(head, end),
    `got another kind of data, expected a zlib stream (pixel data, chunks IDAT)${END}`,
  ],
  [
    "too few pixels",
    join(head, chunk("IDAT", deflateSync(lines({ ...grey, height: 1 }))), end),
    `got 4 bytes after inflating, expected 8 bytes (pixel data, chunks IDAT)${END}`,
  ],
  [
    "too many pixels",
    join(head, chunk("IDAT", deflateSync(new Uint8Array(9))), end),
    `got more than 8 bytes after inflating, expected 8 bytes (pixel data, chunks IDAT)${END}`,
  ],
];

test.each(errors)("error: %s", (_, bytes, message) => {
  expect(messageOf(() => readPng(bytes, "a.png"))).toBe(`a.png: ${message}`);
});

test("errors: checksums, filters, colours outside the palette, a limit of the caller's", () => {
  expect(messageOf(() => readPng(withByte(sound, 20, 9), "a.png"))).toMatch(
    /^a\.png: got content of CRC-32 0x\w{8}, expected 0x\w{8} \(byte 29, chunk "IHDR"\); the file/,
  );
  const badly = (content: Uint8Array, ...extra: Uint8Array[]) =>
    join(
      chunk("IHDR", header(extra.length > 0 ? indexed : grey)),
      ...extra,
      chunk("IDAT", content),
      end,
    );
  const filter = badly(deflateSync(withByte(lines(grey), 0, 9)));
  const colour = badly(deflateSync(lines(grey)), chunk("PLTE", [1, 2, 3]));
  for (const bytes of [filter, colour])
    expect(messageOf(() => readPng(bytes, "a.png"))).toMatch(
      /^a\.png: got pixels that cannot be decoded, expected a PNG \(pixel data: .+\); the file is damaged/,
    );
  const stream = deflateSync(lines(grey));
  const adler = badly(withByte(stream, stream.length - 1, stream[stream.length - 1] ^ 1));
  expect(messageOf(() => readPng(adler, "a.png"))).toMatch(
    /^a\.png: got content of Adler-32 0x\w{8}, expected 0x\w{8} \(pixel data, chunks IDAT\); the file/,
  );
  expect(messageOf(() => readPng(sound, "a.png", { maxSide: 2 }))).toBe(
    "a.png: got a picture of 3 × 2 pixels, expected 1 to 2 each way (byte 16, IHDR); " +
      "scale the picture down, or raise the limit",
  );
});

test("no damage to any byte changes a pixel unnoticed", () => {
  for (const bytes of [sound, golden("rgb.png"), golden("palette.png")]) {
    const picture = readPng(bytes, "f");
    damageEverywhere(readPng, bytes, (value, damage) => {
      expect(value, damage).toEqual(picture);
    });
  }
});
