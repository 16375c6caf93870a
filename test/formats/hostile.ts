/** What tests of file readers share: damage in many forms, and the promise that each ends well. */

import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { NormLensError } from "../../src/tensor/errors.js";

/** Bytes of a file in test/golden/formats. */
export const golden = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../golden/formats/${name}`, import.meta.url)));

/** The message of the error that `act` throws; fails if it throws none or one of another class. */
export function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof NormLensError) return error.message;
    throw error;
  }
  throw new Error("expected an error, got none");
}

/** The message of the error that ends a promise; fails if it is kept or broken by another class of error. */
export async function rejection(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof NormLensError) return error.message;
    throw error;
  }
  throw new Error("expected an error, got none");
}

/** Bytes with the byte at `at` replaced. */
export function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

/** The slowest that reading any damaged file may be, in milliseconds. */
const PATIENCE = 5000;

/** Reads and returns the value, or undefined after a proper error: `name: got …, expected … (place); remedy`. */
export function survive<T>(read: (bytes: Uint8Array, name: string) => T, bytes: Uint8Array) {
  const start = performance.now();
  try {
    return read(bytes, "some/file");
  } catch (error) {
    if (!(error instanceof NormLensError)) throw error;
    expect(error.message).toMatch(/^some\/file.*: got .+, expected .+ \(.+\); .+/s);
    return undefined;
  } finally {
    expect(performance.now() - start).toBeLessThan(PATIENCE);
  }
}

/** Reads the file cut at every length, lengthened, and with every byte damaged in several ways. `judge` sees every
 *  value that came out in spite of the damage. */
export function damageEverywhere<T>(
  read: (bytes: Uint8Array, name: string) => T,
  bytes: Uint8Array,
  judge: (value: T, damage: string) => void,
): void {
  const attempt = (damaged: Uint8Array, damage: string): void => {
    const value = survive(read, damaged);
    if (value !== undefined) judge(value, damage);
  };
  for (let length = 0; length < bytes.length; length++)
    attempt(bytes.slice(0, length), `cut to ${length}`);
  for (const extra of [0, 255]) attempt(Uint8Array.of(...bytes, extra), "one byte more");
  for (let at = 0; at < bytes.length; at++)
    for (const value of [0, 255, bytes[at] ^ 1, bytes[at] ^ 0x80, bytes[at] ^ 0x10])
      if (value !== bytes[at]) attempt(withByte(bytes, at, value), `byte ${at} is ${value}`);
}
