import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { inflateExactly } from "../../src/formats/inflate.js";
import { readZip, writeZip } from "../../src/formats/zip.js";
import { damageEverywhere, messageOf, withByte } from "./hostile.js";

const END = "; the file is damaged or incomplete, fetch or write it again";
const text = new TextEncoder().encode("and so on ".repeat(40));
const noise = Uint8Array.from({ length: 90 }, (_, i) => (i * 89) % 251);
const files = new Map([
  ["text.txt", text],
  ["folder/noise.bin", noise],
  ["empty", new Uint8Array(0)],
]);
const archive = writeZip(files);

test("files survive writing and reading, deflated where that is shorter", () => {
  expect(readZip(archive, "f")).toEqual(files);
  expect(archive.length).toBeLessThan(text.length + noise.length + 400);
  expect(readZip(writeZip(new Map()), "f")).toEqual(new Map());
});

test("a comment at the end is ignored, even one that looks like an end record", () => {
  const commented = Uint8Array.of(...archive, ...Buffer.from("PK\x05\x06 hi"));
  new DataView(commented.buffer).setUint16(archive.length - 2, 7, true);
  expect(readZip(commented, "f")).toEqual(files);
});

test("bytes after the archive are no comment", () => {
  expect(messageOf(() => readZip(Uint8Array.of(...archive, 0), "a.zip"))).toBe(
    `a.zip: got no end record, expected a zip archive that ends in PK 05 06 (end of file)${END}`,
  );
});

test("the announced size of all files together is limited before anything is unpacked", () => {
  const zeros = writeZip(
    new Map([
      ["a", new Uint8Array(300_000)],
      ["b", new Uint8Array(300_000)],
    ]),
  );
  expect(messageOf(() => readZip(zeros, "bomb.zip", { limit: 500_000 }))).toBe(
    "bomb.zip: got 600,000 bytes of content announced, expected at most 500,000 bytes " +
      "(directory); unpack it yourself if you trust it, or raise the limit",
  );
});

/** An archive whose directory announces `size` bytes for its only entry, 300,000 zeros. */
function announcing(size: number): Uint8Array {
  const bytes = writeZip(new Map([["a", new Uint8Array(300_000)]]));
  const view = new DataView(bytes.buffer);
  view.setUint32(view.getUint32(bytes.length - 6, true) + 24, size, true);
  return bytes;
}

test("an entry that is longer or shorter than announced is refused", () => {
  expect(messageOf(() => readZip(announcing(1000), "a.zip"))).toBe(
    `a.zip: got more than 1,000 bytes after inflating, expected 1,000 bytes (entry "a", byte 0)${END}`,
  );
  expect(messageOf(() => readZip(announcing(300_001), "a.zip"))).toBe(
    `a.zip: got 300,000 bytes after inflating, expected 300,001 bytes (entry "a", byte 0)${END}`,
  );
  const before = process.memoryUsage().arrayBuffers;
  expect(messageOf(() => readZip(announcing(2 ** 30), "a.zip"))).toMatch(
    /^a\.zip: got 1,073,741,824 bytes announced for [\d,]+ bytes of compressed data, expected at most 1032 bytes for each \(entry "a", byte 0\);/,
  );
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10e6);
});

test("a stored entry must be as long as it is announced", () => {
  const stored = writeZip(new Map([["n", noise.slice(0, 3)]]));
  const directory = new DataView(stored.buffer).getUint32(stored.length - 6, true);
  const plain = withByte(stored, directory + 10, 0);
  const packed = plain[directory + 20];
  expect(messageOf(() => readZip(withByte(plain, directory + 24, packed + 1), "a.zip"))).toBe(
    `a.zip: got ${packed} bytes stored, expected ${packed + 1} bytes (entry "n", byte 0)${END}`,
  );
});

test("no damage changes a file's content unnoticed", () => {
  damageEverywhere(readZip, archive, (found, damage) => {
    const sound = [...files.values()];
    for (const content of found.values()) expect(sound, damage).toContainEqual(content);
  });
});

test("inflateExactly takes whole streams only", () => {
  const packed = deflateRawSync(noise);
  expect(inflateExactly(packed, 90, "f", "there")).toEqual(noise);
  expect(inflateExactly(deflateRawSync(new Uint8Array(0)), 0, "f", "there").length).toBe(0);
  expect(messageOf(() => inflateExactly(packed, 91, "f", "there"))).toBe(
    `f: got 90 bytes after inflating, expected 91 bytes (there)${END}`,
  );
  expect(messageOf(() => inflateExactly(packed, 89, "f", "there"))).toBe(
    `f: got more than 89 bytes after inflating, expected 89 bytes (there)${END}`,
  );
  for (let length = 0; length < packed.length; length++)
    expect(messageOf(() => inflateExactly(packed.subarray(0, length), 90, "f", "there"))).toMatch(
      /^f: got .+ \(there\); the file is damaged/,
    );
});
