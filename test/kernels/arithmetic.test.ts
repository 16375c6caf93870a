/** Fused arithmetic: the second binary against the reference, feature detection, and what is said where it is missing. */

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  type Arithmetic,
  checkArithmetic,
  hasFused,
  wasmBackend,
} from "../../src/kernels/index.js";
import { NormLensError } from "../../src/tensor/errors.js";
import { compute } from "./arena.js";
import { cases } from "./cases/index.js";

describe.skipIf(!hasFused())("fused kernels agree with the reference", () => {
  beforeAll(() => compute("fused"));
  afterAll(() => compute("exact"));

  it.each(Object.entries(cases))("%s", (_, { check }) => check(30));
});

/** a² − (1 + 2⁻¹¹) with a = 1 + 2⁻¹²: features 0 and 4 of a dense op, which one lane adds up in turn. Exactly it is
 *  2⁻²⁴, which rounding a² to float32 loses. */
function residue(arithmetic: Arithmetic): number {
  const { memory, kernels } = wasmBackend({ elements: 64 }, arithmetic);
  const a = 1 + 2 ** -12;
  const [x, w, y] = [0, 16, 32];
  memory.numbers.set([-1, 0, 0, 0, a, 0, 0, 0], x);
  memory.numbers.set([1 + 2 ** -11, 0, 0, 0, a, 0, 0, 0], w);
  kernels.dense(x, w, -1, y, 1, 8, 1, 4, 0);
  return memory.numbers[y];
}

describe("arithmetic", () => {
  it("exact rounds every product", () => expect(residue("exact")).toBe(0));

  it.skipIf(!hasFused())("fused rounds as the processor does: once or twice", () =>
    expect([0, 2 ** -24]).toContain(residue("fused")),
  );

  it("names what is missing where there is no relaxed SIMD", () => {
    const lacking = vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    const message =
      "arithmetic: got fused, expected a WebAssembly engine with relaxed SIMD (Node 20.19, Chrome 114, Firefox 145 " +
      "or newer); use exact arithmetic, which runs everywhere";
    try {
      expect(hasFused()).toBe(false);
      expect(() => checkArithmetic("fused")).toThrow(new NormLensError("unsupported", message));
      expect(() => checkArithmetic("exact")).not.toThrow();
    } finally {
      lacking.mockRestore();
    }
  });
});
