import { expect, test } from "vitest";
import { readJpeg } from "../../src/formats/jpeg.js";
import { damageEverywhere, golden, messageOf, withByte } from "./hostile.js";

const END = "; the file is damaged or incomplete, fetch or write it again";
const [baseline, progressive, grey] = ["baseline.jpg", "progressive.jpg", "grey.jpg"].map(golden);

/** The picture that test/golden/formats/make.py has saved. */
const formula = [...Array(192).keys()].flatMap((p) => {
  const [x, y] = [p % 16, Math.floor(p / 16)];
  return [x * 16, y * 20, (x + y) * 8];
});

const meanError = (data: Uint8Array, target: readonly number[]): number =>
  data.reduce((sum, value, i) => sum + Math.abs(value - target[i]), 0) / target.length;

test("pictures come out as they were saved, to the losses of the format", () => {
  for (const [bytes, loss] of [
    [baseline, 2],
    [progressive, 6],
  ] as const) {
    const { data, ...rest } = readJpeg(bytes, "f");
    expect(rest).toEqual({ width: 16, height: 12, channels: 3 });
    expect(data.length).toBe(576);
    expect(meanError(data, formula)).toBeLessThan(loss);
  }
  const { data, ...rest } = readJpeg(grey, "grey.jpg");
  expect(rest).toEqual({ width: 16, height: 12, channels: 1 });
  expect(
    meanError(
      data,
      [...Array(192).keys()].map((p) => (p % 16) * 16),
    ),
  ).toBeLessThan(1);
});

/** Where the segment with this marker begins. */
const find = (bytes: Uint8Array, marker: number): number =>
  bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === marker);

const frame = find(baseline, 0xc0);
const scan = find(baseline, 0xda);
const scanLength = 2 + baseline[scan + 3];

const errors: readonly (readonly [string, Uint8Array, string])[] = [
  [
    "another format",
    golden("rgb.png"),
    "got another format, expected a JPEG file (ff d8) (byte 0); give a .jpg file",
  ],
  [
    "cut in the coded data",
    baseline.slice(0, -20),
    `got the end of the file, expected a segment or the end marker (ff d9) (byte ${baseline.length - 20})${END}`,
  ],
  ["no marker", withByte(baseline, 2, 1), `got 0x01, expected a marker (ff …) (byte 2)${END}`],
  [
    "segment beyond the end",
    withByte(baseline, 4, 255),
    `got segment 0xe0 of 65,296 bytes, expected 2 to ${baseline.length - 4} bytes (byte 2)${END}`,
  ],
  [
    "two frames",
    Uint8Array.of(...baseline.slice(0, scan), ...baseline.slice(frame)),
    `got a second frame, expected one picture (byte ${scan})${END}`,
  ],
  [
    "no scan",
    Uint8Array.of(...baseline.slice(0, scan), 0xff, 0xd9),
    `got no picture, expected a frame and a scan (whole file)${END}`,
  ],
  [
    "arithmetic coding",
    withByte(baseline, frame + 1, 0xc9),
    `got frame type 0xc9, expected baseline or progressive (byte ${frame}); save the picture as a baseline JPEG`,
  ],
  [
    "too high",
    withByte(baseline, frame + 5, 0xff),
    `got a picture of 16 × 65292 pixels, expected 1 to 4096 each way (byte ${frame}); scale the picture down, or raise the limit`,
  ],
  [
    "no rows",
    withByte(baseline, frame + 6, 0),
    `got a picture of 16 × 0 pixels, expected 1 to 4096 each way (byte ${frame}); scale the picture down, or raise the limit`,
  ],
  [
    "12 bits",
    withByte(baseline, frame + 4, 12),
    `got 3 components of 12 bits, expected 1 or 3 of 8 bits (byte ${frame}); save the picture as grey or RGB`,
  ],
  [
    "four colours",
    withByte(baseline, frame + 9, 4),
    `got 4 components of 8 bits, expected 1 or 3 of 8 bits (byte ${frame}); save the picture as grey or RGB`,
  ],
  [
    "sampling of zero",
    withByte(baseline, frame + 11, 0x01),
    `got sampling 0x01, expected factors 1, 2 or 4 (byte ${frame})${END}`,
  ],
  [
    "frame for one component more",
    withByte(baseline, frame + 9, 1),
    `got 15 bytes, expected 9 bytes of frame (byte ${frame})${END}`,
  ],
];

test.each(errors)("error: %s", (_, bytes, message) => {
  expect(messageOf(() => readJpeg(bytes, "a.jpg"))).toBe(`a.jpg: ${message}`);
});

test("a file of very many scans over a large picture is refused before it is decoded", () => {
  const large = baseline.slice();
  large.set([0x10, 0, 0x10, 0], frame + 5);
  const emptyScan = large.slice(scan, scan + scanLength);
  const scans = Array.from({ length: 17 }, () => emptyScan);
  const file = new Uint8Array(
    Buffer.concat([large.slice(0, scan), ...scans, Uint8Array.of(0xff, 0xd9)]),
  );
  expect(messageOf(() => readJpeg(file, "a.jpg"))).toBe(
    "a.jpg: got 17 scans of 4096 × 4096 pixels, expected at most 268435456 pixels in all scans " +
      "together (whole file); save the picture as a baseline JPEG",
  );
});

test("damage to any byte gives a picture of a bounded size or a proper error", () => {
  for (const bytes of [baseline, progressive, grey])
    damageEverywhere(
      (damaged, name) => readJpeg(damaged, name, { maxSide: 512 }),
      bytes,
      ({ width, height, channels, data }) => {
        expect(Math.max(width, height)).toBeLessThanOrEqual(512);
        expect(data.length).toBe(width * height * channels);
      },
    );
});
