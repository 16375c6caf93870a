/** Closed-form cases of the reference arrays, pooling, interpolation, losses, dropout and optimisers. */

import { describe, expect, it } from "vitest";
import { sheet } from "./sheet.js";

describe("arrays", () => {
  it("elementwise, gather and sums of parts", () => {
    const { kernels, put, space, get } = sheet();
    const [a, b, y, indices] = [put(1, -2, 0, 4), put(2, 3, 5, -1), space(4), put(2, -1, 0)];
    kernels.add(a, b, y, 4);
    expect(get(y, 4)).toEqual([3, 1, 5, 3]);
    kernels.multiply(a, b, y, 4);
    expect(get(y, 4)).toEqual([2, -6, 0, -4]);
    kernels.relu(a, y, 4);
    expect(get(y, 4)).toEqual([1, 0, 0, 4]);
    kernels.reluBackward(a, b, y, 4);
    expect(get(y, 4)).toEqual([2, 0, 0, -1]);
    kernels.gather(a, y, indices, 1, 3, 4, 4);
    expect(get(y, 3)).toEqual([0, 0, 1]);
    kernels.sumParts(a, 2, 5, y, 1, 3); // the second part starts 5 further on: b
    expect(get(y + 1, 2)).toEqual([1, 5]);
  });
});

describe("pooling", () => {
  // x = 1 3 3   windows of 2×2, stride 1: maxima 3 3 | 5 4; both upper ones start with their first 3
  //     1 0 2
  //     5 4 4
  const X = [1, 3, 3, 1, 0, 2, 5, 4, 4];
  it("max, and ties to the first in row-major order", () => {
    const { kernels, put, space, get } = sheet();
    const [x, y, dy, dx] = [put(...X), space(4), put(1, 10, 100, 1000), space(9)];
    kernels.maxPool(x, y, 1, 3, 3, 1, 2, 2, 1, 1, 1, 1, 0, 0, 2, 2);
    expect(get(y, 4)).toEqual([3, 3, 5, 4]);
    kernels.maxPoolBackward(x, dy, dx, 1, 3, 3, 1, 2, 2, 1, 1, 1, 1, 0, 0, 2, 2, 0);
    expect(get(dx, 9)).toEqual([0, 11, 0, 0, 0, 0, 100, 1000, 0]);
  });
  it("max over every second pixel, and beyond the end", () => {
    const { kernels, put, space, get } = sheet();
    const [x, y] = [put(...X), space(4)];
    // 2×2 windows whose pixels lie 2 apart, at 0 and 1: rows {0, 2} and {1}, columns likewise
    kernels.maxPool(x, y, 1, 3, 3, 1, 2, 2, 1, 1, 2, 2, 0, 0, 2, 2);
    expect(get(y, 4)).toEqual([5, 4, 2, 0]);
  });
  it("max after padding with −∞", () => {
    const { kernels, put, space, get } = sheet();
    const [x, y] = [put(-1, -2, -3, -4), space(4)];
    kernels.maxPool(x, y, 1, 2, 2, 1, 2, 2, 2, 2, 1, 1, 1, 1, 2, 2);
    expect(get(y, 4)).toEqual([-1, -2, -3, -4]);
  });
  it("average, with and without the padding", () => {
    const { kernels, put, space, get } = sheet();
    const [x, y, dx] = [put(4, 8, 12, 16), space(4), space(4)];
    kernels.averagePool(x, y, 1, 2, 2, 1, 2, 2, 2, 2, 1, 1, 2, 2, 1, 1, 1);
    expect(get(y, 4)).toEqual([1, 2, 3, 4]);
    kernels.averagePoolBackward(x, dx, 1, 2, 2, 1, 2, 2, 2, 2, 1, 1, 2, 2, 1, 1, 1);
    expect(get(dx, 4)).toEqual([1, 2, 3, 4]);
    kernels.averagePool(x, y, 1, 2, 2, 1, 2, 2, 2, 2, 1, 1, 2, 2, 1, 1, 0);
    expect(get(y, 4)).toEqual([4, 8, 12, 16]);
    kernels.averagePool(x, y, 1, 2, 2, 1, 1, 2, 1, 1, 0, 0, 2, 1, 0, 0, 0);
    expect(get(y, 2)).toEqual([6, 14]);
  });
});

describe("interpolation", () => {
  // rows 1 and 5 at places −¼, ¼, ¾, 5/4 of a line of two: 1, 2, 4, 5
  it("is linear between pixels, and constant beyond them", () => {
    const { kernels, put, space, get } = sheet();
    const [x, y, dx] = [put(1, 5), space(4), space(2)];
    kernels.interpolate(x, y, 1, 2, 1, 1, 4, 1, 0.5, -0.25, 1, 0);
    expect(get(y, 4)).toEqual([1, 2, 4, 5]);
    kernels.interpolateBackward(put(1, 10, 100, 1000), dx, 1, 2, 1, 1, 4, 1, 0.5, -0.25, 1, 0);
    expect(get(dx, 2)).toEqual([33.5, 1077.5]); // 1 + ¾·10 + ¼·100, ¼·10 + ¾·100 + 1000
  });
});

describe("normalise + max-pool", () => {
  // z·γ with γ = −1 turns the order round: the smallest x wins
  it("takes the maximum of the normalised map", () => {
    const { kernels, put, space, get } = sheet();
    const [x, mean, rstd, gamma, beta] = [put(3, 1, 1, 2), put(2), put(2), put(-1), put(0.5)];
    const [y, winners, dy, dx] = [space(1), space(1), put(3), space(4)];
    const [A, B] = [put(1), put(0.5)];
    kernels.normaliseMaxPool(x, y, winners, 0, 1, 2, 2, 1, 0, mean, rstd, gamma, beta, 0);
    expect(get(y, 1)).toEqual([2.5]); // z = −2 at the second pixel, which comes before the third
    expect(get(winners, 1)).toEqual([1]);
    kernels.normaliseMaxPoolBackward(
      x,
      winners,
      dy,
      dx,
      0,
      1,
      2,
      2,
      1,
      0,
      mean,
      rstd,
      gamma,
      A,
      B,
      0,
    );
    // 2·(γdy − 1 − z/2): z = 2 −2 −2 0, γdy = −3 at the second alone
    expect(get(dx, 4)).toEqual([-4, -6, 0, -2]);
  });
  it("keeps the winner where a ReLU hides it", () => {
    const { kernels, put, space, get } = sheet();
    const [x, mean, rstd, beta] = [put(1, 2, 3, 4), put(0), put(1), put(-5)];
    const [y, winners] = [space(1), space(1)];
    kernels.normaliseMaxPool(x, y, winners, 0, 1, 2, 2, 1, 0, mean, rstd, -1, beta, 1);
    expect([...get(y, 1), ...get(winners, 1)]).toEqual([0, 4]);
  });
});

describe("losses", () => {
  const close = (got: number[], expected: number[]): void =>
    expected.forEach((value, i) => {
      expect(got[i]).toBeCloseTo(value, 14);
    });
  // softmax(ln 1, ln 2, ln 5) = 1/8, 2/8, 5/8
  const logits = [0, Math.log(2), Math.log(5), 0];

  it("softmax and its gradient", () => {
    const { kernels, put, space, get } = sheet();
    const [x, y, dx] = [put(...logits), space(4), space(4)];
    kernels.softmax(x, y, 1, 3, 4);
    close(get(y, 4), [1 / 8, 2 / 8, 5 / 8, 0]);
    // dy = (8, 0, 0): Σ dy·y = 1, y·(dy − 1)
    kernels.softmaxBackward(y, put(8, 0, 0, 0), dx, 1, 3, 4);
    close(get(dx, 4), [7 / 8, -2 / 8, -5 / 8, 0]);
  });
  it("cross-entropy with labels", () => {
    const { kernels, put, space, get } = sheet();
    const x = put(...logits, 1, 1, 0, 0);
    const [labels, loss, correct, dx] = [put(1, 0), space(2), space(2), space(8)];
    kernels.crossEntropy(x, labels, loss, correct, dx, 2, 3, 4, 0.5);
    expect(get(loss, 1)[0]).toBeCloseTo(Math.log(4), 14);
    expect(get(correct, 2)).toEqual([0, 1]); // the second image: a tie, won by the first
    close(get(dx, 4), [1 / 16, -6 / 16, 5 / 16, 0]);
  });
  it("cross-entropy with distributions", () => {
    const { kernels, put, space, get } = sheet();
    const [x, t] = [put(...logits), put(0, 0.5, 1, 0)];
    const [loss, correct, dx] = [space(1), space(1), space(4)];
    kernels.crossEntropyDense(x, t, loss, correct, dx, 1, 3, 4, 2);
    expect(get(loss, 1)[0]).toBeCloseTo(0.5 * Math.log(4) + Math.log(8 / 5), 14);
    expect(get(correct, 1)).toEqual([1]);
    // 2·(1.5·p − t)
    close(get(dx, 4), [3 / 8, -1 / 4, -1 / 8, 0]);
  });
  it("squared error", () => {
    const { kernels, put, space, get } = sheet();
    const [x, t] = [put(1, 2, 3, 0), put(2, 2, 0, 0)];
    const [loss, correct, dx] = [space(1), space(1), space(4)];
    kernels.squaredError(x, t, loss, correct, dx, 1, 3, 4, 3);
    expect(get(loss, 1)[0]).toBeCloseTo(10 / 3, 14);
    expect(get(correct, 1)).toEqual([0]);
    expect(get(dx, 4)).toEqual([-2, 0, 6, 0]);
  });
});

describe("optimisers", () => {
  it("Adam's first step moves by the sign of the gradient", () => {
    const { kernels, put, get } = sheet();
    const [p, g, m, v] = [put(1, 1), put(0.5, -4), put(0, 0), put(0, 0)];
    const [scalars, rate] = [put(Math.sqrt(0.001) / 0.1), put(0.01)];
    kernels.adam(p, g, m, v, 0, 2, 0.1, 0.001, 0, scalars, rate);
    expect(get(p, 2)[0]).toBeCloseTo(0.99, 14);
    expect(get(p, 2)[1]).toBeCloseTo(1.01, 14);
    expect(get(m, 2)).toEqual([0.05, -0.4]);
    // v = 0.001·g²; ε = 1: u = 0.4/(√0.016 + 1) grows with m
    kernels.scaleByAdam(g, m, v, g, 1, 2, 0.5, 0, 1, put(2));
    expect(get(g, 2)[1]).toBeCloseTo((2 * -2.2) / (Math.sqrt(0.016) + 1), 14);
    expect(get(g, 1)).toEqual([0.5]);
  });
  it("decay, momentum, Nesterov, descent", () => {
    const { kernels, put, get } = sheet();
    const [p, u, t] = [put(10), put(1), put(4)];
    kernels.addDecayed(u, p, 0, 1, 0.5);
    expect(get(u, 1)).toEqual([6]);
    kernels.trace(u, t, 0, 1, 0.5, 0);
    expect([get(u, 1), get(t, 1)]).toEqual([[8], [8]]);
    kernels.trace(u, t, 0, 1, 0.5, 1);
    expect([get(u, 1), get(t, 1)]).toEqual([[14], [12]]);
    kernels.descend(p, u, 0, 1, put(0.5));
    expect(get(p, 1)).toEqual([3]);
  });
});

describe("dropout", () => {
  // Threefry-2x32-20 known answers (Random123): key 0, counter (0, 0) → 6b200159;
  // key (13198a2e, 03707344), counter (243f6a88, 85a308d3) → c4923a9c
  it("draws the first word of Threefry", () => {
    const { kernels, put, space, get } = sheet();
    const [mask, zero] = [space(1), put(0, 0, 0, 0)];
    const word = 0x6b200159 * 2 ** -32;
    kernels.dropoutMask(mask, 0, 1, 1, word, zero, put(0));
    expect(get(mask, 1)).toEqual([1 / (1 - word)]);
    kernels.dropoutMask(mask, 0, 1, 1, word + 2 ** -32, zero, put(0));
    expect(get(mask, 1)).toEqual([0]);
    const [key, step] = [put(0x1319, 0x8a2e, 0x0370, 0x7344), put(0x243f6a88)];
    const other = 0xc4923a9c * 2 ** -32;
    kernels.dropoutMask(mask, 0x85a308d3, 1, 1, other, key, step);
    expect(get(mask, 1)).toEqual([1 / (1 - other)]);
    kernels.dropoutMask(mask, 0x85a308d3, 1, 1, other + 2 ** -32, key, step);
    expect(get(mask, 1)).toEqual([0]);
  });
});
