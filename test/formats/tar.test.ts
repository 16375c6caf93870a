import { expect, test } from "vitest";
import { readTar } from "../../src/formats/tar.js";
import { damageEverywhere, messageOf, withByte } from "./hostile.js";
import { tar } from "./tar.js";

const END = "; the file is damaged or incomplete, fetch or write it again";
const content = Uint8Array.from({ length: 700 }, (_, i) => (i * 13) % 256);
const archive = tar({ "a/one.bin": content, "empty.txt": new Uint8Array(0) });

test("regular files come out by name, with their bytes", () => {
  expect(readTar(archive, "f")).toEqual(
    new Map([
      ["a/one.bin", content],
      ["empty.txt", new Uint8Array(0)],
    ]),
  );
  expect(readTar(new Uint8Array(0), "f")).toEqual(new Map());
});

test("an archive may end without zero blocks, and what follows them is ignored", () => {
  expect(readTar(archive.slice(0, -1024), "f").size).toBe(2);
  expect(readTar(Uint8Array.of(...archive, ...content), "f").size).toBe(2);
});

test("folders and links are skipped, old archives' type 0 is a regular file", () => {
  const names = (type: number) => [...readTar(tar({ x: content }, type), "f").keys()];
  expect(names(0)).toEqual(["x"]);
  expect(names("0".charCodeAt(0))).toEqual(["x"]);
  for (const type of "1256Lx") expect(names(type.charCodeAt(0)), type).toEqual([]);
});

test("the checksum may end in a zero byte alone, or be padded with blanks", () => {
  const written = archive.slice();
  for (const text of [
    `0${sumOf(archive).toString(8).padStart(6, "0")}\0`,
    ` ${sumOf(archive).toString(8)}\0  `,
  ]) {
    written.set(Buffer.from(text.padEnd(8, " ").slice(0, 8)), 148);
    expect(readTar(written, "f").get("a/one.bin")).toEqual(content);
  }
});

test("each error of tar", () => {
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [
      archive.slice(0, 1000),
      'got 488 bytes to the end of the archive, expected 700 bytes of content (byte 512, file "a/one.bin")',
    ],
    [
      withByte(archive, 0, "b".charCodeAt(0)),
      `got a header of sum ${sumOf(archive) + 1}, expected sum ${sumOf(archive)}, as the header says (byte 0)`,
    ],
    [
      archive.slice(0, 512 + 1024 + 100),
      "got part of a block, expected a header of 512 bytes or the end (byte 1536)",
    ],
  ];
  for (const [bytes, message] of cases)
    expect(messageOf(() => readTar(bytes, "a.tar"))).toBe(`a.tar: ${message}${END}`);
  expect(messageOf(() => readTar(withByte(archive, 150, 57), "a.tar"))).toMatch(
    /^a\.tar: got "\d*9\d*", expected an octal number \(byte 148\); give a ustar archive$/,
  );
});

/** The sum that the first header claims. */
function sumOf(bytes: Uint8Array): number {
  return Number.parseInt(Buffer.from(bytes.subarray(148, 154)).toString(), 8);
}

test("damage to any byte gives files within the archive or a proper error", () => {
  damageEverywhere(readTar, tar({ x: content.slice(0, 40) }), (files) => {
    for (const file of files.values()) expect(file.length).toBeLessThanOrEqual(2048);
  });
});
