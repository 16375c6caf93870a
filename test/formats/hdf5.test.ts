/** HDF5: files that libhdf5 wrote (test/golden/formats/make-hdf5.mjs), and files that nobody should write. */

import { describe, expect, test } from "vitest";
import { readHdf5 } from "../../src/formats/hdf5/index.js";
import { NormLensError } from "../../src/tensor/errors.js";
import { everything } from "./fuzz-readers.js";
import { array, group, writeHdf5 } from "./hdf5-writer.js";
import { golden, messageOf, survive, withByte } from "./hostile.js";

const old = golden("hdf5-earliest.h5");
const latest = golden("hdf5-latest.h5");
const open = (bytes: Uint8Array) => readHdf5(bytes, "file.h5");
const texts = (list: readonly Uint8Array[] | undefined) =>
  list?.map((bytes) => new TextDecoder().decode(bytes));
const floats = (n: number) => Array.from({ length: n }, (_, i) => i / 4 - 3);
const END = "the file is damaged or incomplete, fetch or write it again";

describe("files of libhdf5", () => {
  const root = open(old);
  const at = (path: string) => root.get(`a/b/${path}`) ?? expect.fail(`no ${path}`);

  test("names, in one node and in many", () => {
    expect([...root.keys].sort()).toEqual(["a", "many"]); // a link to another name leads nowhere
    expect(root.get("many")?.keys.length).toBe(40);
    for (let k = 0; k < 40; k++)
      expect(root.get(`many/item${k}`)?.read()).toEqual(Int32Array.of(k));
    expect(root.get("a/c")).toBeUndefined();
    expect(root.get("a/b/plain/deeper")).toBeUndefined();
    expect(root.get("/a//b/")?.path).toBe("/a/b");
  });

  test("attributes of text, of one length and of any", () => {
    expect(texts(root.texts("one"))).toEqual(["é text of any length"]);
    expect(texts(root.texts("list"))).toEqual(["alpha", "be", ""]);
    expect(texts(root.texts("fixed"))).toEqual(["abc", "defgh"]);
    expect(texts(at("").texts("name"))).toEqual(["inner"]);
    expect(root.texts("none")).toBeUndefined();
  });

  test.each([
    ["plain", [2, 3], Float32Array.from(floats(6))],
    ["double", [3], Float64Array.of(1, -2.5, 1e-300)],
    ["whole", [2], BigInt64Array.of(-1n, 2n ** 60n)],
    ["bytes", [3], Uint8Array.of(1, 2, 255)],
    ["single", [], Float32Array.of(7)],
    ["chunks", [5, 7, 2], Float32Array.from(floats(70))],
    ["packed", [5, 14], Float32Array.from(floats(70))],
    ["shuffled", [70], Float32Array.from(floats(70))],
    ["checked", [71], Float32Array.from(floats(71))],
  ])("array %s", (name, shape, data) => {
    expect(at(name).isArray).toBe(true);
    expect(at(name).shape).toEqual(shape);
    expect(at(name).read()).toEqual(data);
  });

  test("text is no array of numbers", () => {
    expect(messageOf(() => at("text").read())).toBe(
      'file.h5: got text, expected numbers (object "/a/b/text"); save the model again',
    );
  });

  test("newer headers and links; newer indices are refused by name", () => {
    const newer = open(latest);
    expect(texts(newer.texts("one"))).toEqual(["newer"]);
    expect(newer.get("a/plain")?.read()).toEqual(Float32Array.from(floats(6)));
    expect(messageOf(() => newer.get("a/chunks")?.read())).toBe(
      'file.h5: got a layout of version 4, class 2, expected version 3 (object "/a/chunks"); write the file with the defaults of h5py',
    );
    expect(messageOf(() => newer.get("dense"))).toBe(
      'file.h5: got a group that is indexed by a fractal heap, expected a symbol table or links in its header (group "/dense"); write the file with the defaults of h5py',
    );
  });
});

describe("damage", () => {
  test("cut at every length, which the file itself says is too short", () => {
    for (let length = 0; length < old.length; length += 7)
      expect(survive(everything, old.slice(0, length)), `cut to ${length}`).toBeUndefined();
  });

  test("single bytes of the first 6,000 damaged: an error, or values no larger than a few files", () => {
    let refused = 0;
    for (let at = 0; at < 6000; at += 31)
      for (const value of [0, 255, old[at] ^ 1, old[at] ^ 16]) {
        const found = survive(everything, withByte(old, at, value));
        if (found === undefined) refused++;
        else expect(found).toBeLessThan(4 * old.length);
      }
    expect(refused).toBeGreaterThan(25);
  }, 60_000);
});

describe("malice", () => {
  const message = (bytes: Uint8Array, path: string) =>
    messageOf(() => open(bytes).get(path)?.read());
  const plain = writeHdf5(group({ x: array([2, 2], Float32Array.of(1, 2, 3, 4)) }));
  const found = (bytes: Uint8Array, text: string): number =>
    Buffer.from(bytes).indexOf(Buffer.from(text));
  const put = (bytes: Uint8Array, at: number, value: bigint): Uint8Array => {
    const out = bytes.slice();
    new DataView(out.buffer).setBigUint64(at, value, true);
    return out;
  };

  test("what the writer of these tests writes is read", () => {
    expect(open(plain).get("x")?.read()).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  test("a file of another kind, an unknown version, a file cut short", () => {
    expect(messageOf(() => open(Uint8Array.of(1, 2, 3)))).toBe(
      'file.h5: got another format, expected an HDF5 file (89 "HDF") (byte 0); give an HDF5 file',
    );
    expect(messageOf(() => open(withByte(plain, 8, 9)))).toContain("a superblock of version 9");
    expect(messageOf(() => open(withByte(plain, 13, 4)))).toContain("addresses of 4");
    expect(messageOf(() => open(plain.slice(0, -1)))).toBe(
      `file.h5: got a file of ${plain.length - 1} bytes, expected ${plain.length} bytes (byte 40); ${END}`,
    );
  });

  test("a tree that is a ring", () => {
    const tree = found(plain, "TREE");
    // Level 1, and its only child is itself.
    const ring = put(withByte(plain, tree + 5, 1), tree + 32, BigInt(tree));
    expect(messageOf(() => open(ring))).toBe(
      `file.h5: got a node of two parents, expected a tree (byte ${tree}); ${END}`,
    );
  });

  test("a header that continues in itself ends", () => {
    const looped = writeHdf5(group({ x: array([1], Float32Array.of(1)) }), { continued: true });
    expect(open(looped).get("x")?.read()).toEqual(Float32Array.of(1));
  });

  test("gigantic shapes, and arrays that were never written", () => {
    const huge = array([2 ** 20, 2 ** 20], Float32Array.of(1));
    expect(message(writeHdf5(group({ x: huge })), "x")).toBe(
      `file.h5: got shape [1048576,1048576], expected at most 1,073,741,824 bytes (object "/x"); ${END}`,
    );
    const half = array([2 ** 10, 2 ** 10], Float32Array.of(1));
    expect(message(writeHdf5(group({ x: half })), "x")).toContain(
      "got 4 bytes, expected 4,194,304 bytes",
    );
    const chunked = { ...half, chunk: [2 ** 10, 2 ** 10] };
    expect(message(writeHdf5(group({ x: chunked })), "x")).toContain(
      "got a chunk of 4 bytes, expected 4,194,304 bytes",
    );
    const sparse = { ...array([64, 64], Float32Array.of(1)), chunk: [1, 1] };
    expect(message(writeHdf5(group({ x: sparse })), "x")).toBe(
      `file.h5: got 1 chunks, expected 4096, an array that was written whole (object "/x"); ${END}`,
    );
  });

  test("a chunk that inflates to more than it may", () => {
    const bomb = {
      ...array([4], Float32Array.of(1, 2, 3, 4)),
      chunk: [4],
      deflated: new Uint8Array(10_000_000),
    };
    expect(message(writeHdf5(group({ x: bomb })), "x")).toContain(
      "got more than 16 bytes after inflating, expected 16 bytes",
    );
  });

  test("thousands of names for one array: it is read once, or there is an error", () => {
    const data = new Float32Array(2 ** 18).fill(1);
    const file = writeHdf5(group({ x: array([2 ** 18], data) }));
    const root = open(file);
    let reads = 0;
    const again = () => {
      for (let k = 0; k < 10_000; k++) {
        root.get("x")?.read();
        reads++;
      }
    };
    expect(again).toThrow(NormLensError);
    expect(reads).toBeLessThan(10);
  });
});
