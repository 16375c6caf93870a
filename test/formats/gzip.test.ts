import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { gunzip, isGzip } from "../../src/formats/gzip.js";
import { crc32 } from "../../src/formats/inflate.js";
import { damageEverywhere, messageOf, withByte } from "./hostile.js";

const content = Uint8Array.from({ length: 300 }, (_, i) => (i * i) % 251);
const packed = new Uint8Array(gzipSync(content));

test("gunzip returns what gzip packed, at every level and for long and empty contents", () => {
  for (const level of [0, 1, 6, 9])
    expect(gunzip(gzipSync(content, { level }), "f")).toEqual(content);
  expect(gunzip(gzipSync(new Uint8Array(0)), "f")).toEqual(new Uint8Array(0));
  const long = Uint8Array.from({ length: 400_000 }, (_, i) => (i * 7919) >>> (i % 11));
  expect(gunzip(gzipSync(long), "f")).toEqual(long);
});

test("gunzip skips the optional header fields", () => {
  const head = [0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3];
  const fields = [3, 0, 1, 2, 3, ...Buffer.from("name\0comment\0"), 9, 9];
  expect(gunzip(Uint8Array.of(...head, ...fields, ...packed.slice(10)), "f")).toEqual(content);
});

test("crc32 is the standard checksum", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});

test("a bomb is refused by its announced size, and one that lies about it as soon as it is longer", () => {
  const bomb = new Uint8Array(gzipSync(new Uint8Array(5_000_000)));
  expect(messageOf(() => gunzip(bomb, "bomb.gz", { limit: 1_000_000 }))).toBe(
    `bomb.gz: got 5,000,000 bytes of content announced, expected at most 1,000,000 bytes ` +
      `(byte ${bomb.length - 4}); unpack it yourself if you trust it, or raise the limit`,
  );
  const liar = bomb.slice();
  new DataView(liar.buffer).setUint32(bomb.length - 4, 1000, true);
  expect(messageOf(() => gunzip(liar, "bomb.gz", { limit: 1_000_000 }))).toBe(
    "bomb.gz: got more than 1,000 bytes after inflating, expected 1,000 bytes " +
      "(compressed data from byte 10); the file is damaged or incomplete, fetch or write it again",
  );
});

test("a tiny file that announces a gigabyte reserves nothing", () => {
  const liar = packed.slice();
  new DataView(liar.buffer).setUint32(liar.length - 4, 2 ** 30, true);
  const before = process.memoryUsage().arrayBuffers;
  expect(messageOf(() => gunzip(liar, "f.gz"))).toMatch(
    /^f\.gz: got 1,073,741,824 bytes announced for \d+ bytes of compressed data, expected at most 1032/,
  );
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
});

test("each kind of damage is named with its place", () => {
  const end = "; the file is damaged or incomplete, fetch or write it again";
  const n = packed.length;
  expect(messageOf(() => gunzip(content, "f.gz"))).toBe(
    "f.gz: got another format, expected a gzip file (1f 8b) (byte 0); give a .gz file",
  );
  expect(messageOf(() => gunzip(packed.slice(0, 12), "f.gz"))).toBe(
    `f.gz: got 12 bytes, expected a gzip file of at least 18 bytes (whole file)${end}`,
  );
  expect(messageOf(() => gunzip(withByte(packed, 2, 7), "f.gz"))).toBe(
    `f.gz: got compression method 7, expected 8 (DEFLATE) (byte 2)${end}`,
  );
  expect(messageOf(() => gunzip(withByte(packed, 3, 0xe0), "f.gz"))).toBe(
    `f.gz: got flags 0xe0, expected flags below 0x20 (byte 3)${end}`,
  );
  const unnamed = Uint8Array.of(...packed.slice(0, 10), ...new Uint8Array(9).fill(65));
  expect(messageOf(() => gunzip(withByte(unnamed, 3, 8), "f.gz"))).toBe(
    `f.gz: got a text without end, expected a text that ends in a zero byte (byte 10)${end}`,
  );
  expect(messageOf(() => gunzip(withByte(packed, n - 8, packed[n - 8] ^ 1), "f.gz"))).toMatch(
    new RegExp(
      `^f\\.gz: got content of CRC-32 0x[0-9a-f]{8}, expected 0x[0-9a-f]{8} \\(byte ${n - 8}\\)`,
    ),
  );
  expect(messageOf(() => gunzip(withByte(packed, n - 4, packed[n - 4] + 1), "f.gz"))).toBe(
    `f.gz: got 300 bytes after inflating, expected 301 bytes (compressed data from byte 10)${end}`,
  );
  expect(messageOf(() => gunzip(withByte(packed, 10, 7), "f.gz"))).toBe(
    `f.gz: got broken compressed data, expected a DEFLATE stream (compressed data from byte 10)${end}`,
  );
});

test("no damage to any byte changes the content unnoticed", () => {
  expect(isGzip(packed)).toBe(true);
  for (const level of [0, 9])
    damageEverywhere(gunzip, new Uint8Array(gzipSync(content, { level })), (value, damage) => {
      expect(value, damage).toEqual(content);
    });
});
