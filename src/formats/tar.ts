/** tar (ustar), read only: blocks of 512 bytes.
 *  - a header block: name, octal size at 124, octal checksum at 148, type at 156
 *  - the content, padded to whole blocks
 *  - a zero block (or the end of the file) closes the archive
 *  Only regular files are returned; long names and links are of no use here and skipped. */

import { badFile, showText } from "./problems.js";

const BLOCK = 512;

/** Regular files by name, as views of `bytes`. */
export function readTar(bytes: Uint8Array, name: string): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let at = 0;
  while (at + BLOCK <= bytes.length) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    checkSum(header, name, at);
    const size = octal(header.subarray(124, 136), name, at + 124);
    const path = text(header.subarray(0, 100));
    const start = at + BLOCK;
    if (start + size > bytes.length)
      badFile(
        name,
        `byte ${start}, file ${showText(path)}`,
        `${bytes.length - start} bytes to the end of the archive`,
        `${size} bytes of content`,
      );
    const type = header[156];
    if (type === 0 || type === 0x30) files.set(path, bytes.subarray(start, start + size));
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  if (at !== bytes.length)
    badFile(name, `byte ${at}`, "part of a block", "a header of 512 bytes or the end");
  return files;
}

/** The header's bytes add up to the number in it, its own field counted as blanks. */
function checkSum(header: Uint8Array, name: string, at: number): void {
  const stored = octal(header.subarray(148, 156), name, at + 148);
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i];
  if (sum !== stored)
    badFile(name, `byte ${at}`, `a header of sum ${sum}`, `sum ${stored}, as the header says`);
}

function text(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function octal(field: Uint8Array, name: string, at: number): number {
  const digits = text(field).trim();
  if (!/^[0-7]+$/.test(digits))
    badFile(name, `byte ${at}`, showText(digits), "an octal number", "give a ustar archive");
  return Number.parseInt(digits, 8);
}
