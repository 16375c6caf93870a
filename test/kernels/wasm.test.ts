/** The WASM backend itself: memories, instances, errors. */

import { describe, expect, it } from "vitest";
import { wasmBackend, wasmMemory } from "../../src/kernels/index.js";
import { NormLensError } from "../../src/tensor/errors.js";

describe("wasmMemory", () => {
  it.each([
    ["private", ArrayBuffer],
    ["shared", SharedArrayBuffer],
  ] as const)("is %s and large enough; the kernels work on it", (access, type) => {
    const memory = wasmMemory(20_000, access);
    expect(memory.buffer).toBeInstanceOf(type);
    expect(memory.buffer.byteLength).toBe(2 * 65536);
    const { memory: own, kernels } = wasmBackend(memory);
    kernels.fill(8, 4, 3);
    expect([...own.numbers.subarray(7, 13)]).toEqual([0, 3, 3, 3, 3, 0]);
  });

  it("is private unless asked otherwise", () => {
    expect(wasmMemory(1).buffer).toBeInstanceOf(ArrayBuffer);
  });

  it.each([2 ** 30 + 1, -1, 1.5, Number.NaN])("refuses %d elements", (elements) => {
    const message =
      `wasmMemory: got ${elements} float32 numbers, expected at most 1073741824 ` +
      "(32-bit addresses); use a smaller batch";
    const refused = expect(() => wasmMemory(elements));
    refused.toThrow(NormLensError);
    refused.toThrow(message);
  });
});

describe("wasmBackend", () => {
  it("writes integers as int32 words", () => {
    const { memory } = wasmBackend({ elements: 16 });
    memory.integers(4, [-1, 7]);
    expect([...new Int32Array(memory.numbers.buffer, 16, 2)]).toEqual([-1, 7]);
  });

  it("lets any number of instances work on one memory, and leaves it as it was", () => {
    const memory = wasmMemory(1000);
    const one = wasmBackend(memory);
    one.kernels.fill(0, 1000, 2);
    const two = wasmBackend(memory);
    expect(one.memory.numbers.subarray(0, 1000).every((value) => value === 2)).toBe(true);
    two.kernels.add(0, 4, 8, 4);
    expect([...one.memory.numbers.subarray(7, 13)]).toEqual([2, 4, 4, 4, 4, 2]);
  });

  it("reaches addresses above 2 GiB", () => {
    const far = 3 * 2 ** 28; // element: byte 3 GiB
    const { memory, kernels } = wasmBackend(wasmMemory(far + 8));
    memory.numbers.set([1, -2, 3, -4], far);
    kernels.relu(far, far + 4, 4);
    expect([...memory.numbers.subarray(far + 4, far + 8)]).toEqual([1, 0, 3, 0]);
  });
});
