/** The closed list of error kinds. Every message says who, what was found, what was expected, where, and what to do. */

/** What went wrong, in one word that programs can test for. The sentence belongs to the kind.
 *  - `shape`: arrays or layers do not fit together.
 *  - `option`: an option or configuration value is not allowed.
 *  - `file`: a file is missing, truncated, corrupted or of another format.
 *  - `data`: the numbers in a dataset, model or map cannot be used (NaN, label out of range, …).
 *  - `diverged`: training led to numbers that are not finite.
 *  - `unsupported`: the thing asked for is valid but not possible here.
 *  - `cancelled`: the caller's signal stopped the work. */
export type ErrorKind =
  | "shape"
  | "option"
  | "file"
  | "data"
  | "diverged"
  | "unsupported"
  | "cancelled";

/** The one error class of the library. `message` has the form
 *  `who: got …, expected … (context); remedy`. */
export class NormLensError extends Error {
  override readonly name = "NormLensError";
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

/** Throws a `NormLensError`; typed `never` so that callers read as expressions. */
export function fail(kind: ErrorKind, message: string, cause?: unknown): never {
  throw new NormLensError(kind, message, cause === undefined ? undefined : { cause });
}

/** Throws `cancelled` if the signal has fired; `who` names the work that stops. */
export function checkCancelled(signal: AbortSignal | undefined, who: string): void {
  if (signal?.aborted) fail("cancelled", `${who}: cancelled by the caller`, signal.reason);
}
