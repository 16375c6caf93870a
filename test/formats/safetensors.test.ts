import fc from "fast-check";
import { expect, test } from "vitest";
import { readSafetensors } from "../../src/formats/safetensors.js";
import { type ArrayToStore, writeSafetensors } from "../../src/formats/safetensors-write.js";
import { damageEverywhere, messageOf, survive } from "./hostile.js";

const END = "; the file is damaged or incomplete, fetch or write it again";

/** A file with this header (any text) and this buffer. */
function file(header: unknown, buffer: ArrayLike<number> = []): Uint8Array {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + buffer.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(Uint8Array.from(buffer), 8 + json.length);
  return bytes;
}

const entry = (dtype: string, shape: readonly number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

test("the file of the format's description, byte by byte", () => {
  const header = '{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}';
  const bytes = file(`${header}    `, [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 255, 255, 255, 255]);
  const { arrays, metadata } = readSafetensors(bytes, "f");
  expect(metadata.size).toBe(0);
  expect([...arrays]).toEqual([
    ["test", { dtype: "I32", shape: [2, 2], data: Int32Array.of(1, 2, 3, -1) }],
  ]);
  expect(writeSafetensors({ test: { shape: [2, 2], data: Int32Array.of(1, 2, 3, -1) } })).toEqual(
    bytes,
  );
});

test("every element type is read as the number it stands for", () => {
  const one = (dtype: string, bytes: readonly number[]) =>
    readSafetensors(file({ x: entry(dtype, [1], 0, bytes.length) }, bytes), "f", {
      numbers: "any",
    }).arrays.get("x")?.data[0];
  expect(one("F64", [0, 0, 0, 0, 0, 0, 0xf8, 0xbf])).toBe(-1.5);
  expect(one("F32", [0, 0, 0xc0, 0xbf])).toBe(-1.5);
  expect(one("F16", [0, 0xbe])).toBe(-1.5);
  expect(one("F16", [1, 0])).toBe(2 ** -24);
  expect(one("F16", [0, 0xfc])).toBe(-Infinity);
  expect(one("F16", [1, 0x7c])).toBeNaN();
  expect(one("BF16", [0xc0, 0xbf])).toBe(-1.5);
  expect(one("I64", [254, 255, 255, 255, 255, 255, 255, 255])).toBe(-2n);
  expect(one("U64", [254, 255, 255, 255, 255, 255, 255, 255])).toBe(2n ** 64n - 2n);
  expect(one("I32", [254, 255, 255, 255])).toBe(-2);
  expect(one("U32", [254, 255, 255, 255])).toBe(2 ** 32 - 2);
  expect(one("I16", [254, 255])).toBe(-2);
  expect(one("U16", [254, 255])).toBe(65534);
  expect(one("I8", [254])).toBe(-2);
  expect(one("U8", [254])).toBe(254);
  expect(one("BOOL", [1])).toBe(1);
});

const arrays = fc.dictionary(
  fc.string({ minLength: 1 }).filter((key) => key !== "__metadata__"),
  fc.tuple(fc.array(fc.nat(3), { maxLength: 3 }), fc.nat(4)).map(([shape, kind]): ArrayToStore => {
    const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i + kind);
    const data = [
      () => Float32Array.from(values),
      () => Float64Array.from(values),
      () => Uint8Array.from(values),
      () => Int16Array.from(values),
      () => BigInt64Array.from(values.map(BigInt)),
    ][kind]();
    return { shape, data };
  }),
);

test("arrays with any names, shapes and metadata survive, and their order does not matter", () => {
  const texts = fc.dictionary(fc.string(), fc.string());
  fc.assert(
    fc.property(arrays, texts, (given, metadata) => {
      const bytes = writeSafetensors(given, metadata);
      const found = readSafetensors(bytes, "f");
      const plain = new Map(
        [...found.arrays].map(([key, { shape, data }]) => [key, { shape, data }]),
      );
      expect(plain).toEqual(new Map(Object.entries(given)));
      expect(found.metadata).toEqual(new Map(Object.entries(metadata)));
      const reversed = new Map(Object.entries(given).reverse());
      expect(writeSafetensors(reversed, metadata)).toEqual(bytes);
    }),
    { seed: 3 },
  );
});

test("arrays are aligned in the file", () => {
  const bytes = writeSafetensors({
    a: { shape: [3], data: Uint8Array.of(1, 2, 3) },
    b: { shape: [1], data: Float64Array.of(1) },
    c: { shape: [1], data: Float32Array.of(1) },
  });
  expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
  expect([...readSafetensors(bytes, "f").arrays.keys()]).toEqual(["b", "c", "a"]);
});

const float = entry("F32", [1], 0, 4);
const errors: readonly (readonly [what: string, bytes: Uint8Array, message: string])[] = [
  [
    "no length",
    Uint8Array.of(1, 2),
    `got 2 bytes, expected 8 bytes with the length of the header (byte 0)${END}`,
  ],
  [
    "header longer than the file",
    file({}).slice(0, 9),
    `got a header of 2 bytes, expected at most 1 byte (byte 0)${END}`,
  ],
  [
    "absurd header length",
    Uint8Array.from({ length: 9 }, () => 255),
    `got a header of 18446744073709551615 bytes, expected at most 1 byte (byte 0)${END}`,
  ],
  [
    "empty header",
    file(""),
    `got a header of another kind, expected one that begins with { (byte 8)${END}`,
  ],
  [
    "header with blanks before",
    file(" {}"),
    `got a header of another kind, expected one that begins with { (byte 8)${END}`,
  ],
  [
    "entry that is no object",
    file({ x: 1 }),
    `got "1", expected an object (header, key "x")${END}`,
  ],
  [
    "unknown entry",
    file({ x: { ...float, extra: 1 } }, [0, 0, 0, 0]),
    `got entry "extra", expected dtype, shape and data_offsets only (header, key "x")${END}`,
  ],
  [
    "unknown dtype",
    file({ x: entry("F8_E4M3", [1], 0, 1) }, [0]),
    'got dtype "\\"F8_E4M3\\"", expected one of F64, F32, F16, BF16, I64, U64, I32, U32, I16, U16, I8, U8, BOOL ' +
      '(header, key "x"); convert the array to one of these',
  ],
  [
    "negative axis",
    file({ x: entry("F32", [-1], 0, 4) }),
    `got shape "[-1]", expected a list of whole numbers, none negative (header, key "x")${END}`,
  ],
  [
    "no shape",
    file({ x: { dtype: "F32", data_offsets: [0, 4] } }),
    `got shape "nothing", expected a list of whole numbers, none negative (header, key "x")${END}`,
  ],
  [
    "offsets reversed",
    file({ x: entry("F32", [1], 4, 0) }),
    `got data_offsets "[4,0]", expected [begin, end], begin not above end (header, key "x")${END}`,
  ],
  [
    "one offset",
    file({ x: { ...float, data_offsets: [0] } }),
    `got data_offsets "[0]", expected [begin, end], begin not above end (header, key "x")${END}`,
  ],
  [
    "shape and offsets disagree",
    file({ x: entry("F32", [2], 0, 4) }, [0, 0, 0, 0]),
    `got 4 bytes at [0, 4], expected 8 bytes for F32 [2] (header, key "x")${END}`,
  ],
  [
    "shape overflows",
    file({ x: entry("F32", [2 ** 40, 2 ** 40], 0, 4) }, [0, 0, 0, 0]),
    `got 4 bytes at [0, 4], expected 4.835703278458517e+24 bytes for F32 [1099511627776,1099511627776] (header, key "x")${END}`,
  ],
  [
    "data beyond the end",
    file({ x: float }, [0, 0]),
    `got data to byte 4 of the buffer, expected its end by 2 (header, key "x")${END}`,
  ],
  [
    "overlap",
    file({ x: float, y: entry("F32", [1], 2, 6) }, [0, 0, 0, 0, 0, 0]),
    `got data from byte 2 of the buffer, expected byte 4, no overlap (header, key "y")${END}`,
  ],
  [
    "hole",
    file({ x: float, y: entry("F32", [1], 5, 9) }, new Uint8Array(9)),
    `got data from byte 5 of the buffer, expected byte 4, no hole (header, key "y")${END}`,
  ],
  [
    "bytes left over",
    file({ x: float }, new Uint8Array(6)),
    `got 6 bytes, expected 4 bytes, as the header describes (buffer)${END}`,
  ],
  [
    "key twice",
    file('{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0078":{}}'),
    `got key "x" twice, expected each key once (header)${END}`,
  ],
  [
    "key twice, deeper",
    file('{"x":{"dtype":"U8","dtype" :"U8","shape":[0],"data_offsets":[0,0]}}'),
    `got key "dtype" twice, expected each key once (header)${END}`,
  ],
  [
    "not UTF-8",
    Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0x7d),
    `got bytes that are not UTF-8, expected JSON text in UTF-8 (header)${END}`,
  ],
  [
    "metadata of another kind",
    file({ __metadata__: [] }),
    `got "[]", expected an object (header, key "__metadata__")${END}`,
  ],
  [
    "metadata that is no text",
    file({ __metadata__: { step: 3 } }),
    `got "3", expected a text (header, key "__metadata__", "step")${END}`,
  ],
  [
    "NaN",
    file({ w: entry("F32", [2], 0, 8) }, [0, 0, 0, 0, 0, 0, 0xc0, 0x7f]),
    'got NaN, expected a finite number (array "w", element 1); ' +
      "the values were broken when the file was written; write it again from a sound model",
  ],
];

test.each(errors)("error: %s", (_, bytes, message) => {
  expect(messageOf(() => readSafetensors(bytes, "m.safetensors"))).toBe(
    `m.safetensors: ${message}`,
  );
});

test("error: not JSON", () => {
  expect(messageOf(() => readSafetensors(file("{nope}"), "m"))).toMatch(
    /^m: got text that is not JSON, expected JSON \(header: .+\); the file is damaged/,
  );
});

test("NaN passes if the caller says so", () => {
  const bytes = file({ w: entry("F32", [1], 0, 4) }, [0, 0, 0xc0, 0x7f]);
  expect(readSafetensors(bytes, "m", { numbers: "any" }).arrays.get("w")?.data[0]).toBeNaN();
});

test("names that objects inherit are only names", () => {
  const header = '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}';
  expect(readSafetensors(file(header, [9]), "m").arrays.get("__proto__")?.data[0]).toBe(9);
  expect(
    messageOf(() => readSafetensors(file({ x: entry("constructor", [], 0, 1) }, [9]), "m")),
  ).toMatch(/^m: got dtype/);
});

test("writing refuses what could not be read", () => {
  const data = Float32Array.of(1);
  expect(messageOf(() => writeSafetensors({ __metadata__: { shape: [1], data } }))).toBe(
    'writeSafetensors: got an array named "__metadata__", which the format reserves',
  );
  expect(messageOf(() => writeSafetensors({ w: { shape: [2], data } }))).toBe(
    'writeSafetensors: array "w" has 1 numbers, expected 2 for shape [2]',
  );
});

const sample = writeSafetensors(
  {
    "conv.weight": { shape: [2, 3], data: Float32Array.of(1, -2, 3, -4, 5, -6) },
    "norm.count": { shape: [], data: BigInt64Array.of(3n) },
    flags: { shape: [3], data: Uint8Array.of(0, 1, 0) },
  },
  { seed: "1", model: '{"a":"b"}' },
);

test("damage to any byte gives sound arrays or a proper error", () => {
  damageEverywhere(readSafetensors, sample, ({ arrays }) => {
    for (const { shape, data } of arrays.values())
      expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
  });
});

test("deeply nested and very long headers end in an error, quickly", () => {
  survive(readSafetensors, file(`{"x":${"[".repeat(200_000)}`));
  survive(readSafetensors, file(`{"x":${"[".repeat(200_000)}${"]".repeat(200_000)}}`));
  survive(readSafetensors, file(`{"${"\\n".repeat(500_000)}":1}`));
});
