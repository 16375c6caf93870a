/** The start in the manner of Fixup: sizes by hand, directions kept, a deep network that neither grows nor fades. */
import { describe, expect, test } from "vitest";
import { session } from "../../src/engine/session.js";
import { initialise, type Model } from "../../src/model/model.js";
import { wellScaled } from "../../src/model/well-scaled.js";
import { zoo } from "../../src/model/zoo.js";
import { random } from "../../src/tensor/random.js";
import { tensor } from "../../src/tensor/tensor.js";

const rms = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, x) => sum + x * x, 0) / values.length);
const start = (model: Model, key: string): number => rms(model.parameters[`${key}.weight`].data);

describe("well-scaled start", () => {
  const plain = initialise(zoo.plain({ norm: "none", depth: 8 }), random(3));
  test("weights have He's size, the direction they had, and the last layer is 0", () => {
    const scaled = wellScaled(plain);
    expect(start(scaled, "conv1")).toBeCloseTo(Math.sqrt(2 / 9), 6); // 1 channel, 3×3
    expect(start(scaled, "conv3")).toBeCloseTo(Math.sqrt(2 / (16 * 9)), 6);
    const [before, after] = [plain, scaled].map((m) => m.parameters["conv3.weight"].data);
    const ratios = Array.from(after, (w, i) => w / before[i]);
    for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0], 4);
    expect(start(scaled, "dense")).toBe(0);
    expect(start(plain, "conv3")).not.toBeCloseTo(Math.sqrt(2 / (16 * 9)), 3); // a new model
  });
  test("signals keep their size through eight layers, and fade under Glorot's", () => {
    const stream = random("x");
    const x = tensor(
      [16, 1, 28, 28],
      Float32Array.from({ length: 16 * 784 }, () => stream.normal()),
    );
    const ids = ["conv1", "conv8"];
    const growth = (model: Model): number => {
      const values = session(model, { stats: "running" }).activations(x, ids);
      return rms(values.conv8.data) / rms(values.conv1.data);
    };
    expect(growth(wellScaled(plain))).toBeGreaterThan(0.4);
    expect(growth(plain)).toBeLessThan(growth(wellScaled(plain)) / 2);
  });
  test("residual branches: first layer by L^(−1/2), second 0, the rest as elsewhere", () => {
    const scaled = wellScaled(initialise(zoo.resnet8({ norm: "none" }), random(3)));
    expect(start(scaled, "stem")).toBeCloseTo(Math.sqrt(2 / 27), 6);
    expect(start(scaled, "conv1_1a")).toBeCloseTo(Math.sqrt(2 / (16 * 9)) / Math.sqrt(3), 6);
    expect(start(scaled, "shortcut2_1")).toBeCloseTo(Math.sqrt(2 / 16), 6);
    for (const key of ["conv1_1b", "conv2_1b", "conv3_1b"]) expect(start(scaled, key)).toBe(0);
  });
  test("without ReLUs the gain is 1", () => {
    const scaled = wellScaled(initialise(zoo.linear({ norm: "none" }), random(3)));
    expect(start(scaled, "dense2")).toBeCloseTo(Math.sqrt(1 / 64), 6);
  });
});
