/** Plans that only go forward merge norm, residual sum and ReLU into the convolution before them, and keep filters as the
 *  kernels read them: the same bits as op by op. Large convolutions go by faster algorithms there: the definition's values. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { executor, threadedExecutor } from "../../src/engine/executor.js";
import { readImages, writeImages } from "../../src/engine/images.js";
import { session } from "../../src/engine/session.js";
import {
  add,
  batchNorm,
  clip,
  conv2d,
  dense,
  flatten,
  globalAvgPool,
  graph,
  relu,
  sequential,
} from "../../src/model/build.js";
import { initialise, type Model } from "../../src/model/model.js";
import { random } from "../../src/tensor/random.js";
import { type Tensor, tensor } from "../../src/tensor/tensor.js";
import { build, noise, recipes, scramble } from "../fold/random-models.js";
import { worst } from "../golden.js";

const forward = {
  stats: "running",
  training: false,
  wants: { input: false, parameters: false },
  fuse: true,
  retain: [],
} as const;

const images = (shape: readonly number[], name: string | number): Tensor => ({
  shape,
  data: Float32Array.from(noise(shape, name).data),
});

/** A bottleneck: its convolutions are plain, strided, of 3×3 and wide; both sums end in a ReLU. */
function bottleneck() {
  const g = graph([12, 9, 10]);
  const block = (from: string, stride: number, short: string): string => {
    const a = [conv2d({ filters: 16, kernel: 1, bias: false }), batchNorm(), relu()];
    const b = [conv2d({ filters: 16, kernel: 3, padding: 1, stride }), batchNorm(), relu()];
    const c = [conv2d({ filters: 260, kernel: 1 }), batchNorm()];
    const last = [...a, ...b, ...c].reduce((at, layer) => g.node(layer, at), from);
    return g.node(relu(), g.node(add(), last, short));
  };
  const short = conv2d({ filters: 260, kernel: 1, stride: 2 });
  const first = block(g.input, 2, g.node(batchNorm(), g.node(short, g.input)));
  return g.output(block(first, 1, first));
}

describe("norms, sums and ReLUs at the end of convolutions", () => {
  const model = scramble(bottleneck(), "bottleneck");

  test("nothing of them is left to be done", () => {
    const kernels = executor(model, { ...forward, batch: 1 })
      .segments("forward")
      .flat()
      .map(([kernel]) => kernel);
    expect(new Set(kernels)).toEqual(new Set(["convolve", "pad", "winogradConvolve"]));
    expect(kernels.filter((kernel) => kernel !== "pad")).toHaveLength(7);
  });

  test("nor of a depthwise convolution, also in what ends with ReLU6", () => {
    const depthwise = { filters: 10, kernel: 3, padding: 1, groups: 10, bias: false } as const;
    const wide = [conv2d({ filters: 10, kernel: 1 }), batchNorm(), clip()];
    const deep = [conv2d({ ...depthwise, stride: 2 }), batchNorm(), clip({ high: 1 })];
    const mobile = scramble(
      sequential([6, 9, 7], [...wide, ...deep, conv2d(depthwise), relu()]),
      "mobile",
    );
    const found = executor(mobile, { ...forward, batch: 1 })
      .segments("forward")
      .flat()
      .map(([kernel]) => kernel);
    expect(found).toEqual(["convolve", "pad", "convolveDepthwise", "pad", "convolveDepthwise"]);
    const x = images([3, ...mobile.inputShape], "x");
    const y = session(mobile).forward(x);
    expect(y).toEqual(session(mobile, { fuse: false }).forward(x));
    const exact = session(mobile, { backend: "reference", fuse: false }).forward(x).data;
    expect(worst(y.data, exact)).toBeLessThan(2e-6);
  });

  test("the same bits as op by op", () => {
    const x = images([5, ...model.inputShape], "x");
    expect(session(model).forward(x)).toEqual(session(model, { fuse: false }).forward(x));
  });

  test("of random networks, too", () => {
    const property = fc.property(recipes, (recipe) => {
      const random = scramble(build(recipe), recipe.seed);
      const x = images([3, ...random.inputShape], recipe.seed);
      expect(session(random).forward(x)).toEqual(session(random, { fuse: false }).forward(x));
    });
    fc.assert(property, { numRuns: 40, seed: 1 });
  });
});

test("logits behind large convolutions are those of float64", () => {
  const g = graph([128, 28, 28]);
  const norm = (from: string, filters: number, kernel: number) =>
    g.node(batchNorm(), g.node(conv2d({ filters, kernel, padding: kernel >> 1 }), from));
  const deep = g.node(relu(), norm(g.node(relu(), norm(g.input, 100, 1)), 100, 3));
  const short = norm(g.input, 256, 1);
  const mean = g.node(globalAvgPool(), g.node(relu(), g.node(add(), norm(deep, 256, 1), short)));
  const model = scramble(
    g.output(g.node(dense({ units: 10 }), g.node(flatten(), mean))),
    "deep",
    0,
  );
  const x = images([1, 128, 28, 28], "x");
  const kernels = executor(model, { ...forward, batch: 1 })
    .segments("forward")
    .flat();
  for (const by of ["winogradConvolvePanels", "strassenConvolve"])
    expect(kernels.filter(([kernel]) => kernel === by).length).toBe(1);
  const exact = session(model, { backend: "reference", fuse: false }).forward(x).data;
  expect(worst(session(model).forward(x).data, exact)).toBeLessThan(1e-5);
});

interface Large {
  readonly C: number;
  readonly H: number;
  readonly W: number;
  readonly filters: number;
  readonly kernel: 1 | 3;
  readonly stride?: number;
  readonly padding?: readonly [number, number, number, number];
  readonly by: string;
}

/** y[o] = b[o] + Σ w[o,i,ky,kx]·x[i, oy·stride + ky − top, ox·stride + kx − left] in float64. */
function definition(
  { kernel, stride = 1, padding: [top, left] = [0, 0, 0, 0] }: Large,
  x: Tensor,
  w: Tensor,
  bias: ArrayLike<number>,
  y: Tensor,
) {
  const [n, C, H, W] = x.shape;
  const [, O, Ho, Wo] = y.shape;
  const sums = new Float64Array(y.data.length);
  for (let image = 0; image < n; image++)
    for (let o = 0; o < O; o++) {
      const to = (image * O + o) * Ho * Wo;
      sums.fill(bias[o], to, to + Ho * Wo);
      for (let i = 0; i < C; i++)
        for (let t = 0; t < kernel ** 2; t++) {
          const weight = w.data[(o * C + i) * kernel ** 2 + t];
          const [dy, dx] = [Math.floor(t / kernel) - top, (t % kernel) - left];
          for (let oy = 0; oy < Ho; oy++) {
            const line = oy * stride + dy;
            if (line < 0 || line >= H) continue;
            const from = ((image * C + i) * H + line) * W + dx;
            for (let ox = 0; ox < Wo; ox++)
              if (ox * stride + dx >= 0 && ox * stride + dx < W)
                sums[to + oy * Wo + ox] += weight * x.data[from + ox * stride];
          }
        }
    }
  return sums;
}

const tiles = { kernel: 3, by: "winogradConvolvePanels" } as const;
const quarters = { kernel: 1, by: "strassenConvolve" } as const;

describe.each<Large>([
  { C: 66, H: 33, W: 31, filters: 130, padding: [1, 1, 1, 1], ...tiles },
  { C: 300, H: 7, W: 7, filters: 510, padding: [1, 1, 1, 1], ...tiles },
  { C: 64, H: 58, W: 27, filters: 84, padding: [0, 2, 1, 0], ...tiles },
  { C: 70, H: 33, W: 30, filters: 130, stride: 2, padding: [1, 1, 1, 1], ...tiles },
  { C: 256, H: 13, W: 14, filters: 252, stride: 2, padding: [0, 0, 1, 1], ...tiles },
  { C: 128, H: 28, W: 29, filters: 192, ...quarters },
  { C: 704, H: 7, W: 7, filters: 512, ...quarters },
  { C: 136, H: 12, W: 7, filters: 1536, ...quarters },
  { C: 256, H: 43, W: 29, filters: 320, stride: 2, ...quarters },
])("$C → $filters filters of $kernel×$kernel on $H×$W", (shape) => {
  const { C, H, W, filters, by, ...rest } = shape;
  const layers = [conv2d({ id: "c", filters, ...rest })];
  const model = initialise(sequential([C, H, W], layers), random("large"));
  const bias = images([filters], "bias");
  const parameters = { ...model.parameters, "c.bias": tensor([filters], bias.data) };
  const whole: Model = { ...model, parameters };
  const x = images([3, C, H, W], "x");
  const options = { ...forward, batch: 3 };
  const y = session(whole).forward(x);

  test("the definition's values", () => {
    const kernels = executor(whole, options).segments("forward").flat();
    expect(kernels.map(([kernel]) => kernel)).toContain(by);
    const sums = definition(shape, x, whole.parameters["c.weight"], bias.data, y);
    expect(worst(y.data, sums)).toBeLessThan(2e-5);
  });

  test("the same bits with two threads, and for an image alone", async () => {
    const e = await threadedExecutor(whole, options, 2);
    try {
      e.write(whole.parameters);
      e.run("prepare");
      writeImages(e, e.plan.input.place, e.plan.input.layout, x, 0, 3);
      e.run("forward");
      const found = tensor(y.shape);
      readImages(e, e.plan.output.place, e.plan.output.layout, found, 0, 3);
      expect(found).toEqual(y);
    } finally {
      e.close();
    }
    const length = C * H * W;
    const second = tensor([1, C, H, W], x.data.slice(length, 2 * length));
    const own = y.data.length / 3;
    expect(session(whole).forward(second).data).toEqual(y.data.slice(own, 2 * own));
  });
});
