/** Every WASM kernel against its float64 reference, over random shapes and numbers. */

import { describe, expect, it } from "vitest";
import { wasmBackend } from "../../src/kernels/index.js";
import { cases } from "./cases/index.js";

describe("wasm kernels agree with the reference", () => {
  it.each(Object.entries(cases))("%s", (_, { check }) => check(60));

  it("exports nothing that has no case", () => {
    const { kernels } = wasmBackend({ elements: 0 });
    expect(Object.keys(kernels).sort()).toEqual(Object.keys(cases).sort());
  });
});
