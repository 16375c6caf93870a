/** The seed network's training step as an ONNX graph of standard operators: forward, loss, and
 *  all gradients. Inputs: x, labels, parameters. Outputs: loss, "d <parameter>", and with BN the
 *  batch's "mean" and "variance". Adam is outside, in plain JavaScript: 54 thousand parameters
 *  take it about a hundredth of the step.
 *
 *  MaxPool's index output and ScatterElements are the runtime's slowest operators here, so the
 *  convolution is computed in four quarters, one per place in the pooling window (stride 2 on
 *  shifted images, stacked along the batch axis): pooling is then a maximum of four contiguous
 *  arrays, and its gradient a mask. */

import { graph } from "./onnx.mjs";

const [C, F, K] = [32, 5408, 10];
/** Height of the pooled map, and of each quarter. */
const H = 13;

export function trainingGraph({ norm, batch: N, epsilon }) {
  const g = graph();
  const { op } = g;
  const x = g.input("x", [N, 1, 28, 28]);
  const labels = g.input("labels", [N], g.INT64);
  const w = g.input("conv.weight", [C, 1, 3, 3]);
  const b = g.input("conv.bias", [C]);
  const W = g.input("dense.weight", [K, F]);
  const B = g.input("dense.bias", [K]);
  const corners = [0, 1, 2, 3].map((q) => crop(g, x, q >> 1, q & 1, 27));
  const stacked = op("Concat", corners, { axis: 0 });
  const relu = op("Relu", [op("Conv", [stacked, w, b], { kernel_shape: [3, 3], strides: [2, 2] })]);
  const bn = norm ? batchNorm(g, relu, epsilon) : undefined;
  const { pooled, winners } = maxOfQuarters(g, bn?.y ?? relu);
  const flat = op("Reshape", [pooled, g.integers([N, F])]);
  const logits = op("Gemm", [flat, W, B], { transB: 1 });

  const dlogits = crossEntropy(g, logits, labels, N);
  const dflat = op("Gemm", [dlogits, W]);
  op("Gemm", [dlogits, flat], { transA: 1 }, ["d dense.weight"]);
  op("ReduceSum", [dlogits, g.integers([0])], { keepdims: 0 }, ["d dense.bias"]);
  const dpooled = op("Reshape", [dflat, g.integers([N, C, H, H])]);
  const drelu = bn
    ? batchNormBackward(g, bn, relu, { pooled, dpooled, winners }, N)
    : spread(g, op("Mul", [dpooled, positive(g, pooled)]), winners);
  filterGradient(g, stacked, drelu, N);

  for (const [name, shape] of [
    ["conv.weight", [C, 1, 3, 3]],
    ["conv.bias", [C]],
    ["dense.weight", [K, F]],
    ["dense.bias", [K]],
  ])
    g.output(`d ${name}`, shape);
  g.output("loss", []);
  return g.model();
}

/** The square [top, top + length) × [left, left + length) of each image. */
const crop = (g, x, top, left, length) =>
  g.op("Slice", [
    x,
    g.integers([top, left]),
    g.integers([top + length, left + length]),
    g.integers([2, 3]),
  ]);

/** The maximum over the four quarters, and for each quarter 1 where it is the first that holds
 *  the maximum. */
function maxOfQuarters(g, y) {
  const { op } = g;
  const quarters = [0, 1, 2, 3].map((q) => `quarter${q}`);
  op("Split", [y], { axis: 0, num_outputs: 4 }, quarters);
  const pooled = op("Max", quarters);
  const holds = quarters.map((quarter) => op("Cast", [op("Equal", [quarter, pooled])], { to: 1 }));
  const winners = [holds[0]];
  let free = op("Sub", [g.floats([1], [1]), holds[0]]); // 1 where no quarter has won yet
  for (const hold of holds.slice(1)) {
    winners.push(op("Mul", [hold, free]));
    if (winners.length < 4) free = op("Sub", [free, winners.at(-1)]);
  }
  return { pooled, winners };
}

/** y = γ(x − μ)/√(σ² + ε) + β. With momentum 0 the operator's "running" outputs are the batch's
 *  mean and biased variance. */
function batchNorm(g, x, epsilon) {
  const vector = [C];
  const gamma = g.input("norm.gamma", vector);
  const beta = g.input("norm.beta", vector);
  const zeros = g.floats(vector, Array(C).fill(0));
  const attributes = { training_mode: 1, momentum: { float: 0 }, epsilon: { float: epsilon } };
  const y = g.op("BatchNormalization", [x, gamma, beta, zeros, zeros], attributes, [
    "y",
    "mean",
    "variance",
  ]);
  for (const name of ["mean", "variance", "d norm.gamma", "d norm.beta"]) g.output(name, vector);
  const deviation = g.op("Sqrt", [g.op("Add", ["variance", g.floats([1], [epsilon])])]);
  return { y, gamma, beta, mean: "mean", rstd: g.op("Reciprocal", [deviation]) };
}

/** dx = a·dy + slope·x + constant per channel, where x > 0 (x came out of a ReLU). dy is non-zero
 *  at the windows' winners only, so the sums over it need the pooled quarter alone. */
function batchNormBackward(g, { gamma, beta, mean, rstd }, x, { pooled, dpooled, winners }, N) {
  const { op } = g;
  const perChannel = (v) => op("Reshape", [v, g.integers([1, C, 1, 1])]);
  const sum = (v, name) => op("ReduceSum", [v, g.integers([0, 2, 3])], { keepdims: 0 }, [name]);
  const z = op("Div", [op("Sub", [pooled, perChannel(beta)]), perChannel(gamma)]);
  const dbeta = sum(dpooled, "d norm.beta");
  const dgamma = sum(op("Mul", [dpooled, z]), "d norm.gamma");
  const a = op("Mul", [gamma, rstd]);
  const m = g.floats([1], [4 * N * H * H]);
  // a·(dy − dβ/m − z·dγ/m) with z = (x − μ)·r
  const slope = op("Neg", [op("Div", [op("Mul", [op("Mul", [a, rstd]), dgamma]), m])]);
  const constant = op("Neg", [
    op("Add", [op("Div", [op("Mul", [a, dbeta]), m]), op("Mul", [slope, mean])]),
  ]);
  const dense = op("Add", [op("Mul", [x, perChannel(slope)]), perChannel(constant)]);
  const sparse = spread(g, op("Mul", [dpooled, perChannel(a)]), winners);
  return op("Mul", [op("Add", [dense, sparse]), positive(g, x)]);
}

/** 1 where y > 0, else 0. (Sign and Where are slower here.) */
const positive = (g, y) => g.op("Cast", [g.op("Greater", [y, g.floats([1], [0])])], { to: 1 });

/** filterGradient's dy from the pooled values: each goes to its window's winner. */
function spread(g, values, winners) {
  const quarters = winners.map((winner) => g.op("Mul", [values, winner]));
  return g.op("Concat", quarters, { axis: 0 });
}

/** dw and db: per image, dy [C, pixels] × patches [pixels, 9], then the sum over images. */
function filterGradient(g, x, dy, N) {
  const { op } = g;
  const taps = Array.from({ length: 9 }, (_, k) => [Math.floor(k / 3), k % 3]);
  const strided = taps.map(([ky, kx]) =>
    op("Slice", [
      x,
      g.integers([ky, kx]),
      g.integers([ky + 2 * H - 1, kx + 2 * H - 1]),
      g.integers([2, 3]),
      g.integers([2, 2]),
    ]),
  );
  const patches = op("Reshape", [
    op("Concat", strided, { axis: 1 }),
    g.integers([4 * N, 9, H * H]),
  ]);
  const columns = op("Transpose", [patches], { perm: [0, 2, 1] });
  const rows = op("Reshape", [dy, g.integers([4 * N, C, H * H])]);
  const perImage = op("MatMul", [rows, columns]);
  const dw = op("ReduceSum", [perImage, g.integers([0])], { keepdims: 0 });
  op("Reshape", [dw, g.integers([C, 1, 3, 3])], {}, ["d conv.weight"]);
  op("ReduceSum", [dy, g.integers([0, 2, 3])], { keepdims: 0 }, ["d conv.bias"]);
}

/** Output "loss": mean over the batch of −log softmax(logits)[label]. Returns its gradient. */
function crossEntropy(g, logits, labels, N) {
  const { op } = g;
  const logp = op("LogSoftmax", [logits], { axis: 1 });
  const onehot = op("OneHot", [labels, g.integers([K], []), g.floats([2], [0, 1])]);
  const total = op("ReduceSum", [op("Mul", [logp, onehot]), g.integers([0, 1])], { keepdims: 0 });
  op("Div", [total, g.floats([], [-N])], {}, ["loss"]);
  return op("Div", [op("Sub", [op("Exp", [logp]), onehot]), g.floats([1], [N])]);
}
