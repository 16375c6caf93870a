/** DeepLIFT, rescale rule: a = m ⊙ (x − x₀), where multipliers m = "Δout/Δin" replace gradients at rectifiers, so that
 *  Σ a = f(x) − f(x₀) exactly. Shrikumar, Greenside & Kundaje 2017.
 *
 *  - linear ops (BN with running statistics is one): m_in = Wᵀ m_out
 *  - ReLU: m_in = m_out·Δy/Δx, or the gradient where Δx = 0
 *  - max-pool: of each window, m·(max(y, y₀) − y₀) belongs to the winner at x and m·(y − max(y, y₀)) to the winner at
 *    x₀; m_in is that divided by Δx, or the gradient where Δx = 0 */

import type { Session } from "../engine/session.js";
import type { Node } from "../model/model.js";
import { opOf } from "../ops/index.js";
import { fail } from "../tensor/errors.js";
import { slice, type Tensor } from "../tensor/tensor.js";
import { imageSums, zeros } from "./arrays.js";
import { type Baseline, baselineName, baselineOf } from "./baselines.js";
import { type ExplainOptions, explainer, passes } from "./explanation.js";
import {
  type AloneMaps,
  aloneMaps,
  BATCH,
  type HandDown,
  type HandDownRules,
  handDown,
  refuse,
  reshaped,
  split,
  valuesOf,
} from "./hand-down.js";
import { again, choose, scoreOf, seedOf, top } from "./target.js";

export interface DeepLiftOptions extends ExplainOptions {
  /** The image that stands for "nothing"; defaults to zeros (black). */
  readonly baseline?: Baseline;
  /** What max-pooling hands down.
   *  - \`share\`: multipliers, so that Σ a is complete (the default).
   *  - \`gradient\`: the gradient to the winner at x, as some libraries do in front of further layers; not complete. */
  readonly pooling?: "share" | "gradient";
}

/** The rules at images x and baselines x₀. */
function multipliers(
  session: Session,
  alone: AloneMaps,
  x: Tensor,
  x0: Tensor,
  pooling: "share" | "gradient",
): HandDownRules {
  const { parameters } = session.model;
  const [at, base] = [valuesOf(session, x), valuesOf(session, x0)];

  const gradient: HandDown = (node, m) => {
    const input = at[node.inputs[0]];
    const map = alone(node, input.shape);
    map.forward([input]);
    return map.backward(m);
  };
  /** The gradient of an op that has the same everywhere. */
  const linear: HandDown = (node, m) => {
    const input = at[node.inputs[0]];
    const [below] = alone(node, input.shape).backward(m);
    return [reshaped(below, input)];
  };
  /** Δy/Δx element by element. */
  const ratio: HandDown = (node, m) => {
    const [input] = node.inputs;
    const share = difference(at[node.id], base[node.id]);
    for (let i = 0; i < share.data.length; i++) share.data[i] *= m.data[i];
    return [quotient(session, share, difference(at[input], base[input]), () => gradient(node, m))];
  };
  const maximum: HandDown = (node, m) => {
    if (pooling === "gradient") return gradient(node, m);
    const [input] = node.inputs;
    const share = poolShares(alone, node, m, {
      x: at[input],
      x0: base[input],
      y: at[node.id],
      y0: base[node.id],
      sign: parameters[`${node.id}.sign`]?.data,
    });
    return [quotient(session, share, difference(at[input], base[input]), () => gradient(node, m))];
  };
  const scale: HandDown = (node, m) => {
    const affine = opOf(node.kind).affine(node.attributes);
    if (affine.form !== "channel") return gradient(node, m);
    const { s } = affine.scaleAndShift((name) => parameters[`${node.id}.${name}`].data);
    const pixels = m.data.length / (m.shape[0] * m.shape[1]);
    const below = zeros(m);
    for (let i = 0, plane = 0; i < m.data.length; plane++)
      for (const scale = s[plane % s.length], end = i + pixels; i < end; i++)
        below.data[i] = m.data[i] * scale;
    return [below];
  };
  const pass: HandDown = ({ inputs: [input] }, m) => [reshaped(m, at[input])];
  const adapts = refuse(
    "deepLift",
    "whose slope depends on other values, so it has no multiplier; use integratedGradients",
  );
  return {
    conv2d: linear,
    convTranspose2d: linear,
    dense: linear,
    avgPool2d: linear,
    unevenAvgPool2d: linear,
    globalAvgPool: linear,
    interpolate2d: linear,
    pad: linear,
    slice: linear,
    transpose: linear,
    batchNorm: scale,
    flatten: pass,
    reshape: pass,
    dropout: pass,
    channelNoise: pass,
    biasMap: pass,
    add: (_, m) => [m, m],
    concat: ({ inputs: [a, b] }, m) => split(m, at[a], at[b]),
    relu: ratio,
    clamp: ratio,
    leakyRelu: ratio,
    clip: ratio,
    sigmoid: ratio,
    tanh: ratio,
    elu: ratio,
    gelu: ratio,
    maxPool2d: maximum,
    signedMaxPool2d: maximum,
    unevenMaxPool2d: maximum,
    groupNorm: adapts,
    layerNorm: adapts,
    instanceNorm: adapts,
    multiply: adapts,
    softmax: refuse("deepLift", "expected logits; explain the model without it"),
  };
}

function difference(a: Tensor, b: Tensor): Tensor {
  const out = zeros(a);
  for (let i = 0; i < out.data.length; i++) out.data[i] = a.data[i] - b.data[i];
  return out;
}

/** share/Δx, or the gradient where Δx is nothing but rounding. */
function quotient(
  { backend }: Session,
  share: Tensor,
  dx: Tensor,
  gradient: () => readonly Tensor[],
): Tensor {
  const smallest = backend === "reference" ? 1e-10 : 1e-6;
  const out = zeros(share);
  let instead: Tensor | undefined;
  for (let i = 0; i < out.data.length; i++)
    if (Math.abs(dx.data[i]) >= smallest) out.data[i] = share.data[i] / dx.data[i];
    else out.data[i] = (instead ??= gradient()[0]).data[i];
  return out;
}

/** What belongs to the inputs of max-pooling windows: m·(max(y, y₀) − y₀) to the winner at x, m·(y − max(y, y₀)) to
 *  the winner at x₀. Where the minimum wins (σ = −1), max means min. */
function poolShares(
  alone: AloneMaps,
  node: Node,
  m: Tensor,
  at: { x: Tensor; x0: Tensor; y: Tensor; y0: Tensor; sign: ArrayLike<number> | undefined },
): Tensor {
  const { x, x0, y, y0, sign } = at;
  const [now, before] = [zeros(m), zeros(m)];
  const windows = y.shape[2] * y.shape[3];
  for (let k = 0; k < m.data.length; k++) {
    const s = sign ? sign[Math.floor(k / windows) % y.shape[1]] : 1;
    const peak = s * Math.max(s * y.data[k], s * y0.data[k]);
    now.data[k] = m.data[k] * (peak - y0.data[k]);
    before.data[k] = m.data[k] * (y.data[k] - peak);
  }
  const map = alone(node, x.shape);
  map.forward([x]);
  const [first] = map.backward(now);
  map.forward([x0]);
  const [second] = map.backward(before);
  for (let i = 0; i < first.data.length; i++) first.data[i] += second.data[i];
  return first;
}

export const deepLift = explainer<DeepLiftOptions>(
  "deepLift",
  {
    title: "DeepLIFT (rescale)",
    zh: { title: "DeepLIFT（rescale）" },
    kind: "attribution",
    reduction: "sum",
    dependsOn: "function",
    passes: passes(5, 2),
    reference: "Shrikumar et al. 2017",
    batchNorm:
      "None: with running statistics BN is linear, and scaling it away changes no multiplier.",
  },
  function* (session, images, { target = top, baseline = "zero", pooling = "share" }) {
    if (session.stats !== "running")
      fail(
        "unsupported",
        'deepLift: got statistics of the batch, with which BN is not linear; use a session with stats "running"',
      );
    const [n] = images.shape;
    const start = baselineOf(images, baseline, "deepLift");
    const logits = session.forward(images);
    const chosen = choose(target, logits);
    const values = zeros(images);
    const alone = aloneMaps(session, Math.min(n, BATCH));
    for (let from = 0; from < n; from += BATCH) {
      const [x, x0] = [images, start].map((t) => slice(t, from, Math.min(from + BATCH, n)));
      const part = slice(logits, from, Math.min(from + BATCH, n));
      const seed = seedOf(part, choose(again(chosen), part, from));
      const m = handDown(session.model, seed, multipliers(session, alone, x, x0, pooling));
      const into = slice(values, from, from + x.shape[0]).data;
      if (m) for (let i = 0; i < into.length; i++) into[i] = m.data[i] * (x.data[i] - x0.data[i]);
      yield { done: from + x.shape[0], of: n };
    }
    const [end, begin] = [scoreOf(logits, chosen), scoreOf(session.forward(start), chosen)];
    return {
      values,
      logits,
      chosen,
      settings: { baseline: baselineName(baseline), pooling },
      checks: { completenessGap: imageSums(values).map((sum, i) => sum - (end[i] - begin[i])) },
    };
  },
);
