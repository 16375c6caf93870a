/** JPEG (baseline and progressive, grey or three components) to grey or RGB bytes.
 *  - SOI (FF D8), then segments: FF, marker, length (big-endian, itself included), content
 *  - SOF holds precision, height, width and components; SOS is followed by coded data up to the next marker
 *  - EOI (FF D9)
 *  The segments are walked here first: sizes and the number of scans are known, and bounded, before decoding. */

import { decode } from "jpeg-js";
import { checkSide, fromRgba, MAX_SIDE, type Picture, type PictureOptions } from "./pixels.js";
import { badFile, showBytes, showHex, unsupportedFile, viewOf } from "./problems.js";

/** Scans × pixels that may be decoded: every scan of a progressive file visits the whole picture. */
const MAX_WORK = 2 ** 28;
const MAX_MEMORY_MB = 512;

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly scans: number;
}

/** The picture in a JPEG file: grey for one component, else RGB. */
export function readJpeg(
  bytes: Uint8Array,
  name: string,
  { maxSide = MAX_SIDE }: PictureOptions = {},
): Picture {
  const { width, height, components, scans } = readSegments(bytes, name, maxSide);
  if (scans * width * height > MAX_WORK)
    badFile(
      name,
      "whole file",
      `${scans} scans of ${width} × ${height} pixels`,
      `at most ${MAX_WORK} pixels in all scans together`,
      "save the picture as a baseline JPEG",
    );
  try {
    const { data } = decode(bytes, {
      useTArray: true,
      formatAsRGBA: true,
      tolerantDecoding: false,
      maxResolutionInMP: (maxSide * maxSide) / 1e6,
      maxMemoryUsageInMB: MAX_MEMORY_MB,
    });
    return fromRgba(data, width, height, components === 1);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return badFile(name, `coded data: ${why}`, "pixels that cannot be decoded", "a JPEG");
  }
}

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function readSegments(bytes: Uint8Array, name: string, maxSide: number): Frame {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8)
    badFile(name, "byte 0", "another format", "a JPEG file (ff d8)", "give a .jpg file");
  const view = viewOf(bytes);
  let frame: Omit<Frame, "scans"> | undefined;
  let scans = 0;
  let at = 2;
  for (;;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++; // fill bytes
    if (at + 2 > bytes.length)
      badFile(name, `byte ${at}`, "the end of the file", "a segment or the end marker (ff d9)");
    if (bytes[at] !== 0xff) badFile(name, `byte ${at}`, showHex(bytes[at], 2), "a marker (ff …)");
    const marker = bytes[at + 1];
    if (marker === 0xd9) break;
    const length = at + 4 <= bytes.length ? view.getUint16(at + 2) : 0;
    if (length < 2 || at + 2 + length > bytes.length)
      badFile(
        name,
        `byte ${at}`,
        `segment ${showHex(marker, 2)} of ${showBytes(length)}`,
        `2 to ${bytes.length - at - 2} bytes`,
      );
    if (isFrame(marker)) {
      if (frame) badFile(name, `byte ${at}`, "a second frame", "one picture");
      frame = readFrame(bytes.subarray(at + 4, at + 2 + length), marker, name, at, maxSide);
    }
    at += 2 + length;
    if (marker === 0xda) {
      scans++;
      at = scanEnd(bytes, at);
    }
  }
  if (!frame || scans === 0) return badFile(name, "whole file", "no picture", "a frame and a scan");
  return { ...frame, scans };
}

function readFrame(
  content: Uint8Array,
  marker: number,
  name: string,
  at: number,
  maxSide: number,
): Omit<Frame, "scans"> {
  const place = `byte ${at}`;
  if (marker > 0xc2)
    unsupportedFile(
      name,
      place,
      `frame type ${showHex(marker, 2)}`,
      "baseline or progressive",
      "save the picture as a baseline JPEG",
    );
  if (content.length < 6) badFile(name, place, showBytes(content.length), "a frame of 6 or more");
  const view = viewOf(content);
  const [precision, components] = [content[0], content[5]];
  const [height, width] = [view.getUint16(1), view.getUint16(3)];
  checkSide(width, height, maxSide, name, place);
  if (precision !== 8 || (components !== 1 && components !== 3))
    unsupportedFile(
      name,
      place,
      `${components} components of ${precision} bits`,
      "1 or 3 of 8 bits",
      "save the picture as grey or RGB",
    );
  if (content.length !== 6 + 3 * components)
    badFile(name, place, showBytes(content.length), `${6 + 3 * components} bytes of frame`);
  for (let i = 0; i < components; i++) {
    const sampling = content[7 + 3 * i];
    if (![1, 2, 4].includes(sampling >> 4) || ![1, 2, 4].includes(sampling & 15))
      badFile(name, place, `sampling ${showHex(sampling, 2)}`, "factors 1, 2 or 4");
  }
  return { width, height, components };
}

/** Where coded data end: at a marker that is neither a stuffed ff nor a restart. */
function scanEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  for (; at + 1 < bytes.length; at++) {
    const next = bytes[at + 1];
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7))
      return at;
  }
  return bytes.length;
}
