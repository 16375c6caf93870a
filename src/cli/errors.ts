/** What a failure looks like from outside: one clear line, and an exit code for programs. */

import { type ErrorKind, NormLensError } from "../tensor/errors.js";

/** - 0: done
 *  - 1: failed
 *  - 2: wrong usage or configuration
 *  - 3: a file or its data cannot be used
 *  - 130: interrupted */
export const exitCodes: Record<ErrorKind, number> = {
  option: 2,
  shape: 2,
  file: 3,
  data: 3,
  diverged: 1,
  unsupported: 1,
  cancelled: 130,
};

const kindWords: Record<ErrorKind, string> = {
  option: "wrong option",
  shape: "shapes do not fit",
  file: "unusable file",
  data: "unusable data",
  diverged: "diverged",
  unsupported: "not possible",
  cancelled: "interrupted",
};

/** The line for people and the exit code. With NORMLENS_DEBUG set, the stack as well. */
export function describe(error: unknown): { readonly text: string; readonly code: number } {
  const debug = process.env.NORMLENS_DEBUG ? `\n${stackOf(error)}` : "";
  if (error instanceof NormLensError) {
    const text = `normlens: ${kindWords[error.kind]}: ${error.message}${debug}`;
    return { text, code: exitCodes[error.kind] };
  }
  const message = error instanceof Error ? error.message : String(error);
  const advice =
    debug === "" ? " (this is a fault in normlens; NORMLENS_DEBUG=1 shows where)" : debug;
  return { text: `normlens: failed: ${message}${advice}`, code: 1 };
}

const stackOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.stack ?? error.message}${error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`}`
    : String(error);
