/** Arrays of numbers as files store them: the element types, and the two short floats JavaScript lacks. */

/** Every array that a numeric file can become. 64-bit integers stay exact. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** An element type: its size in a file, and how to read a little- or big-endian run of it. */
export interface ElementType {
  readonly bytes: number;
  readonly read: (view: DataView, littleEndian: boolean) => NumberArray;
}

function decoder<A extends NumberArray>(
  make: (length: number) => A,
  bytes: number,
  element: (view: DataView, at: number, littleEndian: boolean) => A[number],
): ElementType {
  return {
    bytes,
    read(view, littleEndian) {
      const out = make(view.byteLength / bytes);
      for (let i = 0; i < out.length; i++) out[i] = element(view, i * bytes, littleEndian);
      return out;
    },
  };
}

/** Element types by the name NumPy gives them. */
export const elementTypes = {
  float64: decoder(
    (n) => new Float64Array(n),
    8,
    (v, at, le) => v.getFloat64(at, le),
  ),
  float32: decoder(
    (n) => new Float32Array(n),
    4,
    (v, at, le) => v.getFloat32(at, le),
  ),
  float16: decoder(
    (n) => new Float32Array(n),
    2,
    (v, at, le) => fromHalf(v.getUint16(at, le)),
  ),
  bfloat16: decoder(
    (n) => new Float32Array(n),
    2,
    (v, at, le) => fromBrain(v.getUint16(at, le)),
  ),
  int64: decoder(
    (n) => new BigInt64Array(n),
    8,
    (v, at, le) => v.getBigInt64(at, le),
  ),
  uint64: decoder(
    (n) => new BigUint64Array(n),
    8,
    (v, at, le) => v.getBigUint64(at, le),
  ),
  int32: decoder(
    (n) => new Int32Array(n),
    4,
    (v, at, le) => v.getInt32(at, le),
  ),
  uint32: decoder(
    (n) => new Uint32Array(n),
    4,
    (v, at, le) => v.getUint32(at, le),
  ),
  int16: decoder(
    (n) => new Int16Array(n),
    2,
    (v, at, le) => v.getInt16(at, le),
  ),
  uint16: decoder(
    (n) => new Uint16Array(n),
    2,
    (v, at, le) => v.getUint16(at, le),
  ),
  int8: decoder(
    (n) => new Int8Array(n),
    1,
    (v, at) => v.getInt8(at),
  ),
  uint8: decoder(
    (n) => new Uint8Array(n),
    1,
    (v, at) => v.getUint8(at),
  ),
  bool: decoder(
    (n) => new Uint8Array(n),
    1,
    (v, at) => v.getUint8(at),
  ),
} as const satisfies Record<string, ElementType>;

/** The float32 numbers in a part of memory that is the caller's own, where they lie: if they are not at a multiple of 4 they
 *  move down over up to three of the `room` bytes before them, which nobody reads any more. undefined if that is too few. */
export function float32InPlace(
  { buffer, byteOffset, length }: Uint8Array,
  room: number,
): Float32Array | undefined {
  const excess = byteOffset % 4;
  if (excess > room) return undefined;
  const at = byteOffset - excess;
  if (excess > 0) new Uint8Array(buffer).copyWithin(at, byteOffset, byteOffset + length);
  return new Float32Array(buffer, at, length / 4);
}

export type ElementName = keyof typeof elementTypes;

/** IEEE half precision: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** bfloat16: the upper half of a float32. */
function fromBrain(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}

/** The little-endian bytes of an array: how it lies in memory wherever WebAssembly runs. */
export const bytesOf = (array: NumberArray): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** The element type that an array is written as. */
export function elementNameOf(array: NumberArray): ElementName {
  if (array instanceof Float32Array) return "float32";
  if (array instanceof Float64Array) return "float64";
  if (array instanceof Int8Array) return "int8";
  if (array instanceof Uint8Array) return "uint8";
  if (array instanceof Int16Array) return "int16";
  if (array instanceof Uint16Array) return "uint16";
  if (array instanceof Int32Array) return "int32";
  if (array instanceof Uint32Array) return "uint32";
  return array instanceof BigInt64Array ? "int64" : "uint64";
}
