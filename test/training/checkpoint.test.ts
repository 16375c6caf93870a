/** Checkpoint and model files: round trips, and every damage a clear error. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readModelFile, writeModelFile } from "../../src/formats/model-file.js";
import { NormLensError } from "../../src/tensor/errors.js";
import { checkpointFile, checkpointOf } from "../../src/training/checkpoint.js";
import { type Checkpoint, fit } from "../../src/training/fit.js";
import { bands, fresh } from "../networks.js";

async function oneCheckpoint(): Promise<Checkpoint> {
  const found: Checkpoint[] = [];
  const run = fit(fresh("seed"), bands(24, 10), {
    epochs: 1,
    seed: 3,
    validate: false,
    onCheckpoint: (c) => void found.push(c),
  });
  for await (const _ of run);
  return found[0];
}

describe("model files", () => {
  test("a checkpoint comes back bit for bit, and writing it again gives the same bytes", async () => {
    const checkpoint = await oneCheckpoint();
    const bytes = writeModelFile(checkpointFile(checkpoint, { note: "mine" }));
    const file = readModelFile(bytes, "run.safetensors");
    expect(file.metadata.note).toBe("mine");
    expect(checkpointOf(file, "run.safetensors")).toEqual(checkpoint);
    expect(writeModelFile(checkpointFile(checkpointOf(file, "x"), { note: "mine" }))).toEqual(
      bytes,
    );
  });

  test("a model without progress is no checkpoint", () => {
    const file = readModelFile(writeModelFile({ model: fresh("seed") }), "m.safetensors");
    expect(() => checkpointOf(file, "m.safetensors")).toThrow(
      "m.safetensors: got a model without progress, expected a checkpoint; give a checkpoint of an interrupted run, or start without --resume",
    );
  });

  test("a graph and parameters that do not belong together are refused with the parameter's name", () => {
    const model = fresh("seed");
    const { "norm.gamma": _, ...rest } = model.parameters;
    const bytes = writeModelFile({ model: { ...model, parameters: rest } });
    expect(() => readModelFile(bytes, "m")).toThrow(
      'm: got parts that do not fit together (model: parameter "norm.gamma" is missing, expected shape [32])',
    );
  });

  test("mutated files give an equal kind of value or a clear error, never another exception", () => {
    const bytes = writeModelFile({ model: fresh("plain", "group"), metadata: { note: "n" } });
    const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    fc.assert(
      fc.property(fc.nat(header + 200), fc.nat(255), fc.boolean(), (at, value, isCut) => {
        const damaged = isCut ? bytes.slice(0, at) : bytes.slice();
        if (!isCut) damaged[at] = value;
        try {
          readModelFile(damaged, "damaged");
        } catch (error) {
          expect(error).toBeInstanceOf(NormLensError);
          expect((error as Error).message).toContain("damaged");
        }
      }),
      { numRuns: 1500, seed: 1 },
    );
  });
});
