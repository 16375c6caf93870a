/** What measures leave behind for reports: made small by the evaluator, checked when it is read. */
import { expect, test } from "vitest";
import { detailPicture, detailTable, runLengths, storable } from "../../src/measures/details.js";
import { detailsSchema } from "../../src/study/details.js";

test("numbers keep six digits, what is not finite becomes null, text stays", () => {
  const tables = { curve: { x: [1 / 3, Number.NaN, null, 2e-9], name: ["a", "b", "c", "d"] } };
  expect(storable({ tables })).toEqual({
    tables: { curve: { x: [0.333333, null, null, 2e-9], name: ["a", "b", "c", "d"] } },
  });
});

test("tables that do not fit are left out whole, whatever comes after them still has its place", () => {
  const column = (length: number): number[] => new Array(length).fill(0);
  const tables = { a: { x: column(9_000) }, b: { x: column(12_000) }, c: { x: column(11_000) } };
  const stored = storable({ tables });
  expect(Object.keys(stored.tables)).toEqual(["a", "c"]);
  expect(detailsSchema.safeParse(stored).success).toBe(true);
});

test("rows become columns", () => {
  expect(
    detailTable([
      { a: 1, b: null },
      { a: 2, b: 3 },
    ]),
  ).toEqual({ a: [1, 2], b: [null, 3] });
});

test("run lengths by hand, beginning with 0s", () => {
  expect(runLengths([0, 0, 1, 1, 1, 0])).toEqual([2, 3, 1]);
  expect(runLengths([1, 0])).toEqual([0, 1, 1]);
});

test("a picture holds the bytes of its image, from bytes and from floats", () => {
  const bytes = { shape: [1, 1, 2] as const, count: 2, data: Uint8Array.of(9, 9, 255, 65) };
  const { pixels, ...rest } = detailPicture(bytes, 1, [0, 1]);
  expect([...Buffer.from(pixels, "base64")]).toEqual([255, 65]);
  expect(rest).toEqual({ image: 1, shape: [1, 1, 2], mask: [1, 1] });
  const floats = { ...bytes, data: Float32Array.of(0, 0, 1.5, 0.5) };
  expect([...Buffer.from(detailPicture(floats, 1, [0, 0]).pixels, "base64")]).toEqual([255, 128]);
});

const issue = (value: unknown): string | undefined =>
  detailsSchema.safeParse(value).error?.issues[0]?.message;

test("stored details are read back; what does not fit together is refused with a reason", () => {
  const picture = detailPicture(
    { shape: [1, 1, 2], count: 1, data: Uint8Array.of(1, 2) },
    0,
    [1, 0],
  );
  const good = storable({ tables: { t: { a: [1, null], b: ["x", "y"] } }, pictures: [picture] });
  expect(detailsSchema.parse(JSON.parse(JSON.stringify(good)))).toEqual(good);
  expect(issue({ tables: { t: { a: [1], b: [1, 2] } } })).toBe(
    "columns of a table differ in length",
  );
  const unfilled = "pixels or mask do not fill the shape";
  expect(issue({ tables: {}, pictures: [{ ...picture, mask: [1, 2] }] })).toBe(unfilled);
  expect(issue({ tables: {}, pictures: [{ ...picture, pixels: "AAAAAAAA" }] })).toBe(unfilled);
  const column = new Array(10_001).fill(0);
  expect(issue({ tables: { t: { a: column, b: column } } })).toBe(
    "more than 20000 cells or 100000 pixels",
  );
});
