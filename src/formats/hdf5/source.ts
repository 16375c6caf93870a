/** The bytes of an HDF5 file: numbers at addresses, all checked, and a budget for the work that reading may be. */

import { badFile, showText, viewOf } from "../problems.js";

export interface Source {
  /** For messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
  u8(at: number): number;
  u16(at: number): number;
  u32(at: number): number;
  /** A length, or an address: little-endian, 64 bits, below 2⁵³. */
  u64(at: number): number;
  /** An address, or undefined where the file says that there is none. */
  address(at: number): number | undefined;
  /** The bytes from `at` on. */
  part(at: number, length: number): Uint8Array;
  /** Four letters that must stand at `at`. */
  expect(signature: string, at: number): void;
  /** Counts work against what a file of this size may cause. */
  spend(units: number): void;
}

/** Work that any file may cause, and as much again for each of its bytes. */
const LEAST_WORK = 2 ** 20;

export function source(bytes: Uint8Array, name: string): Source {
  const view = viewOf(bytes);
  let work = LEAST_WORK + bytes.length;
  const within = (at: number, length: number): number =>
    at >= 0 && length >= 0 && at + length <= bytes.length
      ? at
      : badFile(name, `byte ${at}`, `data to byte ${at + length}`, `its end by ${bytes.length}`);
  const u64 = (at: number): number => {
    const value = view.getBigUint64(within(at, 8), true);
    return value <= BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(value)
      : badFile(name, `byte ${at}`, `the number ${value}`, "a length or address below 2^53");
  };
  return {
    name,
    bytes,
    u8: (at) => view.getUint8(within(at, 1)),
    u16: (at) => view.getUint16(within(at, 2), true),
    u32: (at) => view.getUint32(within(at, 4), true),
    u64,
    address: (at) =>
      view.getBigUint64(within(at, 8), true) === 0xffff_ffff_ffff_ffffn ? undefined : u64(at),
    part: (at, length) => bytes.subarray(within(at, length), at + length),
    expect(signature, at) {
      const found = String.fromCharCode(...bytes.subarray(within(at, 4), at + 4));
      if (found !== signature)
        badFile(name, `byte ${at}`, showText(found), `the signature "${signature}"`);
    },
    spend(units) {
      work -= units;
      if (work < 0)
        badFile(name, "whole file", "parts that point at each other", "each part to be read once");
    },
  };
}

/** Text up to the first 0 byte. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
