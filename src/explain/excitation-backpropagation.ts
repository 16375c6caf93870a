/** Excitation backpropagation: the probability that a winner-take-all walk from the class node ends at each input.
 *    P(a_j) = Σ_i a_j w⁺_ij / Σ_k a_k w⁺_ik · P(a_i),   w⁺ = max(w, 0), a ≥ 0 the neurons' responses.
 *  Biases take no part; negative responses count as none. What arrives at a unit without any excitatory input is lost,
 *  and the share lost is a check. Zhang et al. 2016. */

import type { Session } from "../engine/session.js";
import { opOf } from "../ops/index.js";
import { fail } from "../tensor/errors.js";
import { slice, type Tensor } from "../tensor/tensor.js";
import { imageSums, zeros } from "./arrays.js";
import { explainer, passes } from "./explanation.js";
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
import { again, choose, seedOf, top } from "./target.js";

function positive(t: Tensor): Tensor {
  const found = zeros(t);
  for (let i = 0; i < t.data.length; i++) found.data[i] = Math.max(t.data[i], 0);
  return found;
}

/** P / z where z is positive, else 0: nothing can be handed down there. */
function perUnit(P: Tensor, z: Tensor): Tensor {
  const found = zeros(P);
  for (let i = 0; i < P.data.length; i++) if (z.data[i] > 0) found.data[i] = P.data[i] / z.data[i];
  return found;
}

function product(a: Tensor, b: Tensor): Tensor {
  const found = zeros(a);
  for (let i = 0; i < a.data.length; i++) found.data[i] = a.data[i] * b.data[i];
  return found;
}

/** Nodes as they are, and with excitatory weights alone. */
type Maps = Readonly<Record<"whole" | "excitatory", AloneMaps>>;

const mapsOf = (session: Session, batch: number): Maps => ({
  whole: aloneMaps(session, batch),
  excitatory: aloneMaps(session, batch, (name, value) =>
    name === "weight" ? positive(value) : zeros(value),
  ),
});

function walks(session: Session, { whole, excitatory }: Maps, images: Tensor): HandDownRules {
  const { parameters } = session.model;
  const at = valuesOf(session, images);

  /** s = P / z, c = (W⁺)ᵀ s, P_in = a⁺ ⊙ c. */
  const weighted: HandDown = (node, P) => {
    const a = positive(at[node.inputs[0]]);
    const layer = excitatory(node, a.shape);
    const [c] = layer.backward(perUnit(P, layer.forward([a])));
    return [product(a, c)];
  };
  /** One input per output: all of it where the scale is positive and the input responds. */
  const scaled: HandDown = (node, P) => {
    const affine = opOf(node.kind).affine(node.attributes);
    if (affine.form !== "channel") return [P];
    const { s } = affine.scaleAndShift((name) => parameters[`${node.id}.${name}`].data);
    const pixels = P.data.length / (P.shape[0] * P.shape[1]);
    const a = at[node.inputs[0]].data;
    const below = zeros(P);
    for (let from = 0; from < a.length; from += pixels)
      if (s[(from / pixels) % s.length] > 0)
        for (let i = from; i < from + pixels; i++) if (a[i] > 0) below.data[i] = P.data[i];
    return [below];
  };
  const winner: HandDown = (node, P) => {
    const layer = whole(node, at[node.inputs[0]].shape);
    layer.forward([at[node.inputs[0]]]);
    return layer.backward(P);
  };
  const pass: HandDown = ({ inputs: [input] }, P) => [reshaped(P, at[input])];
  const adapts = refuse(
    "excitationBackpropagation",
    "whose outputs depend on more than weighted responses; explain a model without it, or use integratedGradients",
  );
  return {
    conv2d: weighted,
    convTranspose2d: weighted,
    dense: weighted,
    avgPool2d: weighted,
    unevenAvgPool2d: weighted,
    globalAvgPool: weighted,
    interpolate2d: weighted,
    pad: weighted,
    slice: weighted,
    transpose: weighted,
    batchNorm: scaled,
    flatten: pass,
    reshape: pass,
    dropout: pass,
    channelNoise: pass,
    biasMap: pass,
    relu: pass,
    clamp: pass,
    leakyRelu: pass,
    clip: pass,
    sigmoid: pass,
    tanh: pass,
    elu: pass,
    gelu: pass,
    add({ inputs: [left, right] }, P) {
      const [a, b] = [positive(at[left]), positive(at[right])];
      const share = zeros(P);
      for (let i = 0; i < share.data.length; i++) {
        const both = a.data[i] + b.data[i]; // not rounded to float32 before it divides
        if (both > 0) share.data[i] = P.data[i] / both;
      }
      return [product(a, share), product(b, share)];
    },
    concat: ({ inputs: [left, right] }, P) => split(P, at[left], at[right]),
    maxPool2d: winner,
    signedMaxPool2d: winner,
    unevenMaxPool2d: winner,
    multiply: adapts,
    groupNorm: adapts,
    layerNorm: adapts,
    instanceNorm: adapts,
    softmax: refuse("excitationBackpropagation", "expected logits; explain the model without it"),
  };
}

export const excitationBackpropagation = explainer(
  "excitationBackpropagation",
  {
    title: "Excitation backpropagation",
    zh: { title: "激励反向传播" },
    kind: "attribution",
    reduction: "sum",
    dependsOn: "graph",
    passes: passes(3, 1),
    reference: "Zhang et al. 2016",
    batchNorm:
      "Moves under folding: an un-folded BN lets nothing through channels with γ < 0, where folding turns the weights' signs.",
  },
  function* (session, images, { target = top }) {
    if (session.stats !== "running")
      fail(
        "unsupported",
        'excitationBackpropagation: got statistics of the batch, expected a session with stats "running"',
      );
    const [n] = images.shape;
    const logits = session.forward(images);
    const chosen = choose(target, logits);
    if (chosen.against)
      fail(
        "option",
        "excitationBackpropagation: got the difference of two classes, expected one class; its walks start at a single node",
      );
    const values = zeros(images);
    const maps = mapsOf(session, Math.min(n, BATCH));
    for (let from = 0; from < n; from += BATCH) {
      const x = slice(images, from, Math.min(from + BATCH, n));
      const part = slice(logits, from, from + x.shape[0]);
      const seed = seedOf(part, choose(again(chosen), part, from));
      const P = handDown(session.model, seed, walks(session, maps, x));
      if (P) slice(values, from, from + x.shape[0]).data.set(P.data);
      yield { done: from + x.shape[0], of: n };
    }
    return { values, logits, chosen, checks: { lost: imageSums(values).map((sum) => 1 - sum) } };
  },
);
