/** One way to say what is wrong with a file: name, what was found, what was expected, where, what to do. */

import { fail, NormLensError } from "../tensor/errors.js";

const FETCH_AGAIN = "the file is damaged or incomplete, fetch or write it again";

/** Throws `file`: `name: got …, expected … (place); remedy`. */
export function badFile(
  name: string,
  place: string,
  got: string,
  expected: string,
  remedy: string = FETCH_AGAIN,
  cause?: unknown,
): never {
  return fail("file", `${name}: got ${got}, expected ${expected} (${place}); ${remedy}`, cause);
}

/** Throws `unsupported` in the same form: the file may be sound, but not for this reader. */
export function unsupportedFile(
  name: string,
  place: string,
  got: string,
  expected: string,
  remedy: string,
): never {
  return fail("unsupported", `${name}: got ${got}, expected ${expected} (${place}); ${remedy}`);
}

/** Runs `work`; what it complains of gets the file's (or folder's) name before it. */
export function naming<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NormLensError)) throw error;
    return fail(error.kind, `${name}: ${error.message}`, error);
  }
}

/** "1,234,567 bytes". */
export const showBytes = (n: number): string =>
  `${String(n).replace(/\B(?=(\d{3})+$)/g, ",")} byte${n === 1 ? "" : "s"}`;

/** "0x00000803". */
export const showHex = (value: number, digits = 8): string =>
  `0x${value.toString(16).padStart(digits, "0")}`;

/** A view of the bytes for reading numbers of more than one byte. */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Text from a file as it may stand in a message: printable and short. */
export function showText(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return JSON.stringify(short);
}
