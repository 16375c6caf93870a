/** Protocol-buffer wire format: tagged fields, read within limits and written in a fixed order.
 *
 *  Why our own: ONNX needs six messages of the schema, and the reader must give the place of every fault, bound what a
 *  hostile file can make it do, and leave weights where they lie (views, not copies). Generated codecs do none of the
 *  three and bring the whole schema. Groups (wire types 3 and 4) are not part of ONNX and refused. */

import { badFile, viewOf } from "../problems.js";

/** One field as it stands in a message: what it holds is made when asked for, as most fields are not. */
export interface Field {
  readonly number: number;
  /** 0: varint. 1: eight bytes. 2: bytes. 5: four bytes. */
  readonly wire: 0 | 1 | 2 | 5;
  /** The bytes of its value are [from, to) of the message. */
  readonly message: Uint8Array;
  readonly from: number;
  readonly to: number;
}

const bytesOf = ({ message, from, to }: Field): Uint8Array => message.subarray(from, to);

/** What one file may still make the reader do. */
export interface Budget {
  readonly name: string;
  /** Fields left. A file with more is no network that could run here. */
  fields: number;
}

export const budget = (name: string): Budget => ({ name, fields: 4_000_000 });

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** A varint as an unsigned number, exact below 2⁵³. */
function whole(c: Cursor, b: Budget, place: string): number {
  let value = 0;
  for (let k = 0; k < 10; k++) {
    const byte = c.bytes[c.at];
    if (byte === undefined) return cut(b, place);
    c.at++;
    value += (byte & 127) * 2 ** (7 * k);
    if (byte < 128) return value;
  }
  return badFile(b.name, place, "an integer of more than 10 bytes", "at most 10");
}

/** A varint as two's complement of 64 bits. */
function varint(c: Cursor, b: Budget, place: string): bigint {
  const start = c.at;
  const value = whole(c, b, place);
  if (Number.isSafeInteger(value)) return BigInt(value);
  let exact = 0n;
  for (let at = c.at - 1; at >= start; at--) exact = (exact << 7n) | BigInt(c.bytes[at] & 127);
  return BigInt.asIntN(64, exact);
}

const cut = (b: Budget, place: string): never =>
  badFile(b.name, place, "the end of the message within a field", "whole fields");

/** Visits the fields of a message in order. `place` says which message it is. */
export function eachField(
  bytes: Uint8Array,
  b: Budget,
  place: string,
  visit: (f: Field) => void,
): void {
  const c: Cursor = { bytes, at: 0 };
  while (c.at < bytes.length) {
    if (--b.fields < 0) badFile(b.name, place, "more than 4,000,000 fields", "at most that many");
    const tag = whole(c, b, place);
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (number < 1 || number > 0x1fffffff)
      badFile(b.name, place, `field number ${number}`, "1 to 536870911");
    if (wire !== 0 && wire !== 1 && wire !== 2 && wire !== 5)
      badFile(b.name, place, `wire type ${wire} in field ${number}`, "0, 1, 2 or 5");
    const length = wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? whole(c, b, place) : 0;
    const from = c.at;
    if (wire === 0) whole(c, b, place);
    if (length > bytes.length - from) cut(b, place);
    c.at += length;
    visit({ number, wire, message: bytes, from, to: c.at });
  }
}

/** A repeated field's integers: one, or a packed run. */
export function integers(f: Field, b: Budget, place: string): bigint[] {
  if (f.wire === 0) return [integer(f, b, place)];
  const c: Cursor = { bytes: content(f, b, place), at: 0 };
  const out: bigint[] = [];
  while (c.at < c.bytes.length) {
    if (--b.fields < 0) badFile(b.name, place, "more than 4,000,000 numbers", "at most that many");
    out.push(varint(c, b, place));
  }
  return out;
}

/** A repeated field's floats of 4 or 8 bytes: one, or a packed run. */
export function floats(f: Field, width: 4 | 8, b: Budget, place: string): number[] {
  if (f.wire !== 2 && f.wire !== (width === 4 ? 5 : 1)) return wrongWire(f, b, place);
  const bytes = bytesOf(f);
  if (bytes.length % width !== 0)
    badFile(b.name, place, `${bytes.length} bytes of packed floats`, `a multiple of ${width}`);
  const count = bytes.length / width;
  b.fields -= count / 16; // cheaper than fields, but a file of nothing else must end too
  if (b.fields < 0) badFile(b.name, place, "too many packed floats", "weights as raw data");
  const view = viewOf(bytes);
  return Array.from({ length: count }, (_, i) =>
    width === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true),
  );
}

export function integer(f: Field, b: Budget, place: string): bigint {
  return f.wire === 0 ? varint({ bytes: f.message, at: f.from }, b, place) : wrongWire(f, b, place);
}

export function content(f: Field, b: Budget, place: string): Uint8Array {
  return f.wire === 2 ? bytesOf(f) : wrongWire(f, b, place);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function text(f: Field, b: Budget, place: string): string {
  const bytes = content(f, b, place);
  try {
    return utf8.decode(bytes);
  } catch (error) {
    return badFile(b.name, place, "bytes that are not UTF-8", "text in UTF-8", undefined, error);
  }
}

const wrongWire = (f: Field, b: Budget, place: string): never =>
  badFile(
    b.name,
    place,
    `wire type ${f.wire} in field ${f.number}`,
    "the type the format gives it",
  );

/** Bytes of a message under construction. */
export interface MessageWriter {
  varint(number: number, value: bigint | number): MessageWriter;
  bytes(number: number, value: Uint8Array): MessageWriter;
  text(number: number, value: string): MessageWriter;
  float(number: number, value: number): MessageWriter;
  message(number: number, inner: MessageWriter): MessageWriter;
  /** Packed integers. */
  packed(number: number, values: readonly number[]): MessageWriter;
  readonly size: number;
  finish(): Uint8Array;
}

function varintBytes(value: bigint): Uint8Array {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    out.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(out);
}

export function messageWriter(): MessageWriter {
  const parts: Uint8Array[] = [];
  let size = 0;
  const push = (part: Uint8Array): void => {
    parts.push(part);
    size += part.length;
  };
  const tag = (number: number, wire: number): void => push(varintBytes(BigInt(number * 8 + wire)));
  const self: MessageWriter = {
    varint(number, value) {
      tag(number, 0);
      push(varintBytes(BigInt(value)));
      return self;
    },
    bytes(number, value) {
      tag(number, 2);
      push(varintBytes(BigInt(value.length)));
      push(value);
      return self;
    },
    text: (number, value) => self.bytes(number, new TextEncoder().encode(value)),
    float(number, value) {
      tag(number, 5);
      const word = new DataView(new ArrayBuffer(4));
      word.setFloat32(0, value, true);
      push(new Uint8Array(word.buffer));
      return self;
    },
    message: (number, inner) => self.bytes(number, inner.finish()),
    packed: (number, values) =>
      self.bytes(number, joined(values.map((value) => varintBytes(BigInt(value))))),
    get size() {
      return size;
    },
    finish: () => joined(parts),
  };
  return self;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
