import { expect, test } from "vitest";
import { readCifar10 } from "../../src/formats/cifar.js";
import { damageEverywhere, messageOf, withByte } from "./hostile.js";

const END = "; the file is damaged or incomplete, fetch or write it again";
const record = Uint8Array.from({ length: 3073 }, (_, i) => (i === 0 ? 7 : i % 256));

test("CIFAR-10 records are a label and three planes", () => {
  const two = Uint8Array.of(...record, ...withByte(record, 0, 2));
  const { count, labels, pixels } = readCifar10(two, "f");
  expect([count, ...labels]).toEqual([2, 7, 2]);
  expect(pixels.length).toBe(6144);
  expect([pixels[0], pixels[1024], pixels[3072]]).toEqual([1, 1025 % 256, 1]);
});

test("each error of CIFAR-10", () => {
  const whole = `expected a multiple of 3,073 bytes (one record each), at least one (whole file)${END}`;
  expect(messageOf(() => readCifar10(new Uint8Array(0), "b.bin"))).toBe(
    `b.bin: got 0 bytes, ${whole}`,
  );
  expect(messageOf(() => readCifar10(record.slice(1), "b.bin"))).toBe(
    `b.bin: got 3,072 bytes, ${whole}`,
  );
  const second = Uint8Array.of(...record, ...withByte(record, 0, 10));
  expect(messageOf(() => readCifar10(second, "b.bin"))).toBe(
    `b.bin: got label 10, expected 0 to 9 (record 1, byte 3073)${END}`,
  );
});

test("damaged CIFAR-10 files give sound records or a proper error", () => {
  damageEverywhere(readCifar10, record, ({ labels, pixels }) => {
    expect(labels[0]).toBeLessThan(10);
    expect(pixels.length).toBe(3072);
  });
});
