/** The order of elements in public values, whatever their order in a plan's memory. */

import { expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { layers, sequential } from "../../src/model/index.js";
import { withParameters } from "../../src/model/model.js";
import { tensor } from "../../src/tensor/tensor.js";

test("a dense layer of as many outputs as a flattened image has elements: its outputs are in its own order", () => {
  const graph = sequential(
    [4, 3, 2],
    [layers.flatten(), layers.dense({ id: "dense", units: 24, bias: false })],
  );
  const weight = tensor([24, 24]);
  for (let i = 0; i < 24; i++) weight.data[i * 24 + i] = i + 1;
  const model = withParameters(graph, { "dense.weight": weight });
  const x = tensor([1, 4, 3, 2], new Float32Array(24).fill(1));
  for (const backend of ["wasm", "reference"] as const)
    expect([...session(model, { backend }).forward(x).data]).toEqual(
      Array.from({ length: 24 }, (_, i) => i + 1),
    );
});
