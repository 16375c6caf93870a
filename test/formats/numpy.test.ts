import fc from "fast-check";
import { expect, test } from "vitest";
import { type NumpyArray, readNpy, writeNpy } from "../../src/formats/npy.js";
import { readNpz, writeNpz } from "../../src/formats/npz.js";
import { bytesOf } from "../../src/formats/numbers.js";
import { readZip, writeZip } from "../../src/formats/zip.js";
import { damageEverywhere, golden, messageOf, withByte } from "./hostile.js";

const END = "; the file is damaged or incomplete, fetch or write it again";

test("every element type, byte order and axis order that NumPy writes", () => {
  const arrays = readNpz(golden("numpy.npz"), "numpy.npz");
  const kinds = {
    f8: Float64Array,
    f4: Float32Array,
    f2: Float32Array,
    i8: BigInt64Array,
    u8: BigUint64Array,
    i4: Int32Array,
    u4: Uint32Array,
    i2: Int16Array,
    u2: Uint16Array,
    i1: Int8Array,
    u1: Uint8Array,
  };
  for (const [type, kind] of Object.entries(kinds))
    for (const order of ["le", "be", "fortran"]) {
      const array = arrays.get(`${type}_${order}`);
      const offset = type.startsWith("u") ? 0 : 40;
      expect(array?.data, type).toBeInstanceOf(kind);
      expect(array?.shape).toEqual([2, 3, 4]);
      expect(Array.from(array?.data ?? [], Number), `${type} ${order}`).toEqual(
        Array.from({ length: 24 }, (_, i) => 5 * i - offset),
      );
    }
  expect([...(arrays.get("b1")?.data ?? [])].slice(0, 4)).toEqual([1, 0, 0, 1]);
  expect(arrays.get("scalar")).toEqual({ shape: [], data: Float64Array.of(7.5) });
  expect(arrays.get("empty")).toEqual({ shape: [0, 3], data: new Float32Array(0) });
  expect(arrays.get("big")?.data).toEqual(BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n)));
  const third = Math.fround(1365 / 4096);
  expect([...(arrays.get("half")?.data ?? [])]).toEqual([
    0,
    1,
    -2,
    65504,
    2 ** -24,
    2 ** -14,
    Infinity,
    -Infinity,
    Number.NaN,
    third,
  ]);
  expect(readNpz(golden("stored.npz"), "f").get("a")?.data[23]).toBe(23);
});

const anyArray = fc
  .tuple(fc.array(fc.nat(4), { maxLength: 4 }), fc.nat(9))
  .map(([shape, kind]): NumpyArray => {
    const n = shape.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: n }, (_, i) => i * 3 + 1);
    const data = [
      () => Float32Array.from(values),
      () => Float64Array.from(values),
      () => Int8Array.from(values),
      () => Uint8Array.from(values),
      () => Int16Array.from(values),
      () => Uint16Array.from(values),
      () => Int32Array.from(values),
      () => Uint32Array.from(values),
      () => BigInt64Array.from(values.map(BigInt)),
      () => BigUint64Array.from(values.map(BigInt)),
    ][kind]();
    return { shape, data };
  });

test("arrays of every kind and shape survive npy and npz", () => {
  fc.assert(
    fc.property(anyArray, (array) => {
      const file = writeNpy(array);
      expect((file.length - bytesOf(array.data).length) % 64).toBe(0);
      expect(readNpy(file, "f")).toEqual(array);
      expect(readNpz(writeNpz(new Map([["x", array]])), "f")).toEqual(new Map([["x", array]]));
    }),
    { seed: 2, numRuns: 60 },
  );
});

/** An npy file with this header and this many bytes of elements. */
function npy(header: string, elements: number): Uint8Array {
  const text = Buffer.from(header);
  const head = [0x93, ...Buffer.from("NUMPY"), 1, 0, text.length & 255, text.length >> 8];
  return Uint8Array.of(...head, ...text, ...new Uint8Array(elements));
}

test("each error of npy", () => {
  const good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
  expect(readNpy(npy(good, 8), "a.npy").data).toEqual(new Float32Array(2));
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [
      Uint8Array.of(1, 2, 3),
      'got another format, expected an npy file (93 "NUMPY") (byte 0); give a .npy file',
    ],
    [withByte(npy(good, 8), 6, 9), `got version 9.0, expected 1.0, 2.0 or 3.0 (byte 6)${END}`],
    [npy(good, 8).slice(0, 9), `got the end of the file, expected a header length (byte 8)${END}`],
    [
      npy(good, 8).slice(0, 40),
      `got a header of 57 bytes, expected at most 30 bytes (byte 8)${END}`,
    ],
    [npy("[1]", 0), `got "[1]", expected a Python dict (header)${END}`],
    [npy("{'a' 1}", 0), `got "'a' 1", expected an entry 'name': value (header)${END}`],
    [
      npy("{'shape': (), 'shape': ()}", 0),
      `got 'shape' twice, expected each entry once (header)${END}`,
    ],
    [
      npy("{'shape': ()}", 0),
      `got entries "shape", expected descr, fortran_order, shape (header)${END}`,
    ],
    [
      npy(good.replace("False", "'no'"), 8),
      `got fortran_order "'no'", expected True or False (header)${END}`,
    ],
    [npy(good.replace("(2,)", "'x'"), 8), `got shape "'x'", expected a tuple (header)${END}`],
    [
      npy(good.replace("(2,)", "(2,,3)"), 8),
      `got axis length "", expected a whole number that is not negative (header)${END}`,
    ],
    [
      npy(good.replace("(2,)", "(99999999999999999,)"), 8),
      `got axis length "99999999999999999", expected a whole number that is not negative (header)${END}`,
    ],
    [
      npy(good.replace("(2,)", `(${"1,".repeat(40)})`), 4),
      `got 40 axes, expected at most 32 (header)${END}`,
    ],
    [
      npy(good.replace("<f4", "|O"), 8),
      'got element type "|O", expected one of f8, f4, f2, i8, u8, i4, u4, i2, u2, i1, u1, b1 ' +
        "(header, key descr); convert the array to numbers, for example with array.astype('float32')",
    ],
    [
      npy(good, 7),
      `got 7 bytes of elements, expected 8 bytes for shape (2) of float32 (from byte 67)${END}`,
    ],
  ];
  for (const [bytes, message] of cases)
    expect(messageOf(() => readNpy(bytes, "a.npy"))).toBe(`a.npy: ${message}`);
});

const small = writeNpz(
  new Map([
    ["x", { shape: [4, 4], data: new Float32Array(16) }],
    ["y", { shape: [2], data: Int32Array.of(5, 6) }],
  ]),
);

test("damaged npy files give an array or a proper error", () => {
  damageEverywhere(readNpy, writeNpy({ shape: [2, 3], data: new Float64Array(6) }), (array) => {
    expect(array.data.length).toBe(array.shape.reduce((a, b) => a * b, 1));
  });
});

test("no damage to an npz changes an array unnoticed", () => {
  const sound = readNpz(small, "f");
  damageEverywhere(readNpz, small, (arrays, damage) => {
    for (const [key, array] of arrays)
      if (sound.has(key)) expect(array, damage).toEqual(sound.get(key));
  });
});

test("each error of zip and npz", () => {
  const plain = writeZip(new Map([["a.npy", writeNpy({ shape: [1], data: Uint8Array.of(1) })]]));
  const end = plain.length - 22;
  const directory = new DataView(plain.buffer).getUint32(end + 16, true);
  const at = (offset: number, value: number) => withByte(plain, offset, value);
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [
      plain.slice(0, 30),
      `got no end record, expected a zip archive that ends in PK 05 06 (end of file)${END}`,
    ],
    [
      at(end + 10, 2),
      `got no directory header, expected entry 1 of 2 (PK 01 02) (byte ${end})${END}`,
    ],
    [
      at(end + 18, 1),
      `got a directory to byte ${65536 + end}, expected its end by ${end} (byte ${end + 12})${END}`,
    ],
    [
      at(directory + 28, 200),
      `got a header to byte ${directory + 246}, expected its end by ${end} (byte ${directory})${END}`,
    ],
    [
      at(directory + 8, 1),
      `got an encrypted entry, expected a plain one (byte ${directory + 8}); decrypt it`,
    ],
    [
      at(directory + 10, 12),
      'got compression 12, expected 0 or 8 (entry "a.npy", byte 0); store or deflate the entries',
    ],
    [
      at(0, 0),
      `got no local header, expected a local header (PK 03 04) (entry "a.npy", byte 0)${END}`,
    ],
    [
      writeZip(new Map([["a.txt", Uint8Array.of(1)]])),
      `got a file that is no array, expected names in .npy (entry "a.txt")${END}`,
    ],
  ];
  for (const [bytes, message] of cases)
    expect(messageOf(() => readNpz(bytes, "a.npz"))).toBe(`a.npz: ${message}`);
  const crc = at(directory + 16, plain[directory + 16] ^ 1);
  expect(messageOf(() => readNpz(crc, "a.npz"))).toMatch(
    /^a\.npz: got content of CRC-32 0x\w{8}, expected 0x\w{8} \(entry "a\.npy", byte 0\)/,
  );
  const far = at(directory + 22, 1);
  expect(messageOf(() => readNpz(far, "a.npz"))).toMatch(
    /^a\.npz: got content to byte \d+, expected its end by \d+ \(entry "a\.npy", byte 0\)/,
  );
  const twins = writeZip(
    new Map([
      ["a", Uint8Array.of(1)],
      ["b", Uint8Array.of(2)],
    ]),
  );
  const name = Buffer.from(twins).lastIndexOf("b");
  expect(messageOf(() => readZip(withByte(twins, name, 97), "a.zip"))).toBe(
    `a.zip: got entry "a" twice, expected each entry once (directory)${END}`,
  );
  expect(messageOf(() => readNpz(golden("numpy.npz"), "n.npz", { limit: 1000 }))).toMatch(
    /^n\.npz: got [\d,]+ bytes of content announced, expected at most 1,000 bytes \(directory\); unpack/,
  );
});

test("a zip64 archive is refused with the reason", () => {
  const plain = writeZip(new Map([["a", Uint8Array.of(1)]]));
  const end = plain.length - 22;
  const wide = withByte(withByte(plain, end + 10, 255), end + 11, 255);
  expect(messageOf(() => readZip(wide, "a.zip"))).toBe(
    `a.zip: got a zip64 archive, expected one below 4 GiB (byte ${end}); split the arrays`,
  );
});

test("writing the same files gives the same bytes", () => {
  const arrays = new Map([["w", { shape: [3], data: Float32Array.of(1, 2, 3) }]]);
  expect(writeNpz(arrays)).toEqual(writeNpz(arrays));
});
