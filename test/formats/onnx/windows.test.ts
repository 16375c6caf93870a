/** Pools, transposed convolutions and resized images against what ONNX says of them, restated in float64. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { session } from "../../../src/engine/session.js";
import { readOnnx } from "../../../src/formats/onnx/index.js";
import { random } from "../../../src/tensor/random.js";
import { tensor } from "../../../src/tensor/tensor.js";
import { worst } from "../../golden.js";
import { messageOf } from "../hostile.js";
import { type Attributes, file, node, weights } from "./files.js";

const ints = (...list: readonly number[]) => ({ ints: list });
const text = (value: string) => ({ text: value });

/** An image of noise, as one number per place. */
function picture(C: number, H: number, W: number) {
  const dice = random(`${C} ${H} ${W}`);
  const data = Float32Array.from({ length: C * H * W }, () => dice.normal());
  const at = (c: number, y: number, x: number): number | undefined =>
    y >= 0 && y < H && x >= 0 && x < W ? data[(c * H + y) * W + x] : undefined;
  return { image: tensor([1, C, H, W], data), at };
}

const filled = (shape: readonly number[], f: (c: number, y: number, x: number) => number) => {
  const [C, H, W] = shape;
  return Float64Array.from({ length: C * H * W }, (_, i) =>
    f(Math.floor(i / H / W), Math.floor(i / W) % H, i % W),
  );
};

const pair = (most: number) =>
  fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }));

describe("pools", () => {
  const drawn = fc.record({
    type: fc.constantFrom("MaxPool", "AveragePool"),
    kernel: pair(3),
    strides: pair(3),
    dilations: pair(3),
    pads: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
    count: fc.constantFrom(0, 1),
  });
  const [C, H, W] = [3, 8, 9];
  test("windows of any height, width, stride, dilation and padding", () => {
    const { image, at } = picture(C, H, W);
    fc.assert(
      fc.property(drawn, ({ type, kernel, strides, dilations, pads, count }) => {
        const extents = kernel.map((k, axis) => (k - 1) * dilations[axis] + 1);
        const sides = pads.map((p, side) => Math.min(p, extents[side % 2] - 1));
        const isMax = type === "MaxPool";
        const isDilated = dilations.some((d, axis) => d > 1 && kernel[axis] > 1);
        // Not a convolution, and refused.
        if (!isMax && isDilated && Math.max(...sides) > 0 && count === 0) return;
        const attributes: Attributes = {
          kernel_shape: ints(...kernel),
          strides: ints(...strides),
          dilations: ints(...dilations),
          pads: ints(...sides),
          ...(isMax ? {} : { count_include_pad: { int: count } }),
        };
        const bytes = file([node(type, ["images"], "logits", attributes)], {}, ["N", C, H, W], 19);
        const length = (n: number, k: 0 | 1) =>
          Math.floor((n + sides[k] + sides[k + 2] - extents[k]) / strides[k]) + 1;
        const shape = [C, length(H, 0), length(W, 1)];
        const expected = filled(shape, (c, oy, ox) => {
          const inside: number[] = [];
          for (let ky = 0; ky < kernel[0]; ky++)
            for (let kx = 0; kx < kernel[1]; kx++) {
              const y = oy * strides[0] + ky * dilations[0] - sides[0];
              const value = at(c, y, ox * strides[1] + kx * dilations[1] - sides[1]);
              if (value !== undefined) inside.push(value);
            }
          if (isMax) return Math.max(...inside);
          const n = count ? kernel[0] * kernel[1] : inside.length;
          return inside.reduce((a, b) => a + b, 0) / n;
        });
        const { model } = readOnnx(bytes, "net.onnx");
        const y = session(model).forward(image);
        expect(y.data.length).toBe(expected.length);
        expect(worst(y.data, expected)).toBeLessThan(1e-6);
      }),
      { numRuns: 150, seed: 3 },
    );
  });

  test("a dilated mean that counts differently at the edge is refused", () => {
    const attributes = { kernel_shape: ints(2, 2), dilations: ints(2, 2), pads: ints(1, 1, 1, 1) };
    const bytes = file([node("AveragePool", ["images"], "logits", attributes)], {}, undefined, 19);
    expect(messageOf(() => readOnnx(bytes, "net.onnx"))).toContain(
      'node 0 "logits", AveragePool (reads "images"): averages over dilated windows that count differently at the edge; use count_include_pad = 1 and ceil_mode = 0, or no dilation',
    );
  });
});

test("transposed convolutions of any strides and dilations", () => {
  const [C, H, W, filters] = [2, 3, 4, 3];
  const { image, at } = picture(C, H, W);
  const drawn = fc.record({ kernel: pair(3), strides: pair(3), dilations: pair(3) });
  fc.assert(
    fc.property(drawn, ({ kernel, strides, dilations }) => {
      const w = weights([C, filters, ...kernel]);
      const attributes = { strides: ints(...strides), dilations: ints(...dilations) };
      const nodes = [node("ConvTranspose", ["images", "w"], "logits", attributes)];
      const length = (n: number, k: 0 | 1) =>
        (n - 1) * strides[k] + (kernel[k] - 1) * dilations[k] + 1;
      const shape = [filters, length(H, 0), length(W, 1)];
      const expected = new Float64Array(shape[0] * shape[1] * shape[2]);
      w.data.forEach((weight, i) => {
        const [kx, ky] = [i % kernel[1], Math.floor(i / kernel[1]) % kernel[0]];
        const o = Math.floor(i / kernel[0] / kernel[1]) % filters;
        const c = Math.floor(i / kernel[0] / kernel[1] / filters);
        for (let y = 0; y < H; y++)
          for (let x = 0; x < W; x++) {
            const [oy, ox] = [
              y * strides[0] + ky * dilations[0],
              x * strides[1] + kx * dilations[1],
            ];
            expected[(o * shape[1] + oy) * shape[2] + ox] += weight * (at(c, y, x) ?? 0);
          }
      });
      const { model } = readOnnx(file(nodes, { w }, ["N", C, H, W]), "net.onnx");
      const y = session(model).forward(image);
      expect(y.data.length).toBe(expected.length);
      expect(worst(y.data, expected)).toBeLessThan(2e-6);
    }),
    { numRuns: 60, seed: 4 },
  );
});

describe("resized images", () => {
  const [C, H, W] = [2, 4, 5];
  const { image, at } = picture(C, H, W);
  /** The formulas of ONNX's documentation, of the output's place, the factor, and both lengths. */
  const places: Record<string, (o: number, f: number, n: number, m: number) => number> = {
    half_pixel: (o, f) => (o + 0.5) / f - 0.5,
    half_pixel_symmetric: (o, f) => (o + 0.5) / f - 0.5,
    pytorch_half_pixel: (o, f, _, m) => (m > 1 ? (o + 0.5) / f - 0.5 : 0),
    align_corners: (o, _, n, m) => (m > 1 ? (o * (n - 1)) / (m - 1) : 0),
    asymmetric: (o, f) => o / f,
  };
  const around = (place: number, n: number) => {
    const inside = Math.min(Math.max(place, 0), n - 1);
    const low = Math.floor(inside);
    return [
      [low, 1 - (inside - low)],
      [Math.min(low + 1, n - 1), inside - low],
    ];
  };
  const linear = (size: readonly number[], factors: readonly number[], way: string) =>
    filled([C, ...size], (c, oy, ox) => {
      let sum = 0;
      for (const [y, v] of around(places[way](oy, factors[0], H, size[0]), H))
        for (const [x, u] of around(places[way](ox, factors[1], W, size[1]), W))
          sum += v * u * (at(c, y, x) ?? 0);
      return sum;
    });
  const resize = (
    by: { readonly factors: readonly number[] } | { readonly sizes: readonly number[] },
    attributes: Attributes,
    { opset = 19, type = "Resize" } = {},
  ) => {
    const given =
      "factors" in by
        ? { factors: { shape: [by.factors.length], data: Float32Array.from(by.factors) } }
        : { sizes: { shape: [by.sizes.length], data: BigInt64Array.from(by.sizes, BigInt) } };
    const inputs = opset < 11 ? ["factors"] : "factors" in by ? ["", "factors"] : ["", "", "sizes"];
    const one = node(type, ["images", ...inputs], "logits", {
      mode: text("linear"),
      ...attributes,
    });
    return file([one], given, ["N", C, H, W], opset);
  };
  const check = (bytes: Uint8Array, expected: Float64Array): void => {
    const { model } = readOnnx(bytes, "net.onnx");
    expect(model.nodes.map(({ kind }) => kind)).toEqual(["interpolate2d"]);
    const y = session(model).forward(image);
    expect(y.data.length).toBe(expected.length);
    expect(worst(y.data, expected)).toBeLessThan(1e-6);
  };

  test.each(Object.keys(places))("linear, %s, by factors and by sizes", (way) => {
    const attributes = { coordinate_transformation_mode: text(way) };
    for (const [down, across] of [
      [2, 3],
      [1.5, 0.4],
      [0.25, 1],
      [Math.fround(7 / 4), 2],
    ])
      check(
        resize({ factors: [1, 1, down, across] }, attributes),
        linear([Math.floor(H * down), Math.floor(W * across)], [down, across], way),
      );
    for (const size of [
      [7, 9],
      [1, 11],
      [3, 2],
    ])
      check(
        resize({ sizes: [1, C, ...size] }, attributes),
        linear(size, [size[0] / H, size[1] / W], way),
      );
  });

  test("factors that cut a part of a pixel off count pixels by the factor", () => {
    // ⌊5·1.5⌋ = 7, not 7.5; and ⌊4·1.3⌋ = 5, not 5.2
    const factors = [Math.fround(1.3), 1.5];
    check(
      resize(
        { factors: [1, 1, ...factors] },
        { coordinate_transformation_mode: text("half_pixel") },
      ),
      linear([5, 7], factors, "half_pixel"),
    );
  });

  test("axes of their own, and what has no effect", () => {
    const harmless = {
      antialias: { int: 1 },
      cubic_coeff_a: { float: -0.75 },
      keep_aspect_ratio_policy: text("stretch"),
      nearest_mode: text("floor"),
    };
    const expected = linear([8, 15], [2, 3], "half_pixel");
    check(resize({ sizes: [8, 15] }, { axes: ints(2, 3), ...harmless }), expected);
    check(resize({ factors: [3, 2] }, { axes: ints(-1, -2) }), expected);
  });

  test("before opset 11 places are o/f", () => {
    const expected = linear([8, 15], [2, 3], "asymmetric");
    check(resize({ factors: [1, 1, 2, 3] }, {}, { opset: 10 }), expected);
    check(resize({ factors: [1, 1, 2, 3] }, {}, { opset: 9, type: "Upsample" }), expected);
    const bytes = resize({ factors: [1, 1, 3, 3] }, { mode: text("nearest") }, { opset: 10 });
    const y = session(readOnnx(bytes, "net.onnx").model).forward(image);
    const repeated = filled(
      [C, 3 * H, 3 * W],
      (c, oy, ox) => at(c, Math.floor(oy / 3), Math.floor(ox / 3)) ?? 0,
    );
    expect([...y.data]).toEqual([...repeated]);
  });

  test("nearest pixels, repeated or skipped: each is the one that ONNX's formulas say, or all are refused", () => {
    const drawn = fc.record({
      size: pair(15),
      way: fc.constantFrom(...Object.keys(places), "tf_half_pixel_for_nn"),
      rounding: fc.constantFrom("floor", "ceil", "round_prefer_floor", "round_prefer_ceil"),
    });
    const round: Record<string, (place: number) => number> = {
      floor: Math.floor,
      ceil: Math.ceil,
      round_prefer_floor: (p) => (p - Math.floor(p) > 0.5 ? Math.ceil(p) : Math.floor(p)),
      round_prefer_ceil: (p) => (p - Math.floor(p) < 0.5 ? Math.floor(p) : Math.ceil(p)),
    };
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(drawn, ({ size, way, rounding }) => {
        if (size.join() === `${H},${W}`) return; // no network
        const pixel = (o: number, n: number, m: number): number => {
          const f = m / n;
          const place = way in places ? places[way](o, f, n, m) : (o + 0.5) / f;
          const exact = Math.round(place * 1e9) / 1e9; // o/(m/n) is not o·n/m in the last bit
          return Math.min(Math.max(round[rounding](exact), 0), n - 1);
        };
        const bytes = resize(
          { sizes: [1, C, ...size] },
          {
            mode: text("nearest"),
            coordinate_transformation_mode: text(way),
            nearest_mode: text(rounding),
          },
        );
        const expected = filled(
          [C, ...size],
          (c, oy, ox) => at(c, pixel(oy, H, size[0]), pixel(ox, W, size[1])) ?? 0,
        );
        try {
          const y = session(readOnnx(bytes, "net.onnx").model).forward(image);
          expect([...y.data]).toEqual([...expected]);
          taken++;
        } catch (error) {
          if (!String(error).includes("takes nearest pixels unevenly")) throw error;
          refused++;
        }
      }),
      { numRuns: 400, seed: 5 },
    );
    expect(Math.min(taken, refused)).toBeGreaterThan(50);
  });

  test("every second row, every third column", () => {
    const wide = picture(C, 6, 9);
    const nodes = [
      node("Resize", ["images", "", "factors"], "logits", {
        coordinate_transformation_mode: text("asymmetric"),
        nearest_mode: text("floor"),
      }),
    ];
    const factors = { shape: [4], data: Float32Array.of(1, 1, 0.5, 1 / 3) };
    const { model } = readOnnx(file(nodes, { factors }, ["N", C, 6, 9]), "net.onnx");
    expect(model.nodes.map(({ kind }) => kind)).toEqual(["slice"]);
    const expected = filled([C, 3, 3], (c, y, x) => wide.at(c, 2 * y, 3 * x) ?? 0);
    expect([...session(model).forward(wide.image).data]).toEqual([...expected]);
  });

  test("pixels repeated more often on one axis", () => {
    const bytes = resize({ sizes: [1, C, 2 * H, 3 * W] }, { mode: text("nearest") });
    const y = session(readOnnx(bytes, "net.onnx").model).forward(image);
    const repeated = filled(
      [C, 2 * H, 3 * W],
      (c, oy, ox) => at(c, oy >> 1, Math.floor(ox / 3)) ?? 0,
    );
    expect([...y.data]).toEqual([...repeated]);
  });

  test.each<[Parameters<typeof resize>[0], Attributes, string]>([
    [
      { factors: [1, 1, 2, 2] },
      { mode: text("cubic") },
      "resizes by cubic; resize bilinearly or by nearest pixels, or use a transposed convolution",
    ],
    [
      { factors: [1, 1, 0.5, 2] },
      { antialias: { int: 1 } },
      "takes means where it shrinks (antialias); export the model with antialias = 0",
    ],
    [
      { factors: [1, 1, 2, 2] },
      { coordinate_transformation_mode: text("tf_crop_and_resize") },
      "counts pixels by tf_crop_and_resize; use half_pixel, pytorch_half_pixel, align_corners or asymmetric",
    ],
    [
      { factors: [1, 1, 1.3, 1.3] },
      { coordinate_transformation_mode: text("half_pixel_symmetric") },
      "counts pixels by half_pixel_symmetric",
    ],
    [
      { sizes: [8, 8] },
      { axes: ints(2, 3), keep_aspect_ratio_policy: text("not_larger") },
      "keeps the aspect ratio (not_larger); state both lengths",
    ],
    [{ sizes: [8, 8] }, { axes: ints(2, 2 ** 31) }, "resizes axes 2,2147483648"],
    [
      { factors: [1, 1, 2, 1e9] },
      {},
      "makes 8×5000000000 pixels; give a model of images that fit in memory",
    ],
    [{ sizes: [8, 8] }, {}, "has 2 sizes for 4 axes; export the model again"],
    [{ sizes: [1, 4, 8, 8] }, {}, "has sizes 1×4×8×8; resize height and width of images alone"],
  ])("refused: %o %o", (by, attributes, said) => {
    expect(messageOf(() => readOnnx(resize(by, attributes), "net.onnx"))).toContain(said);
  });
});
