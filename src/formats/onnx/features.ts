/** Dense layers and norms. */

import { size, tensor } from "../../tensor/tensor.js";
import { spread } from "../translation/arithmetic.js";
import { refuse } from "../translation/obstacles.js";
import type { Translation } from "../translation/translation.js";
import type { Value } from "../translation/value.js";
import { float32 } from "../translation/weights.js";
import type { Constant } from "./constants.js";
import type { NodeView } from "./node-view.js";

const AGAIN = "export the model again";

/** Rows and columns exchanged, times a factor. */
function transposed(c: Constant, name: string, factor: number): Constant {
  const [rows, columns] = c.shape;
  const from = float32(c, name);
  const data = new Float32Array(from.length);
  for (let r = 0; r < rows; r++)
    for (let k = 0; k < columns; k++) data[k * rows + r] = from[r * columns + k] * factor;
  return { ...c, shape: [columns, rows], data };
}

/** One number per output from a constant of any shape that says no more. */
function perOutput(c: Constant, units: number, factor: number): Constant {
  if (c.data.length !== 1 && (c.data.length !== units || c.shape.at(-1) !== units))
    refuse(`adds a constant of shape [${c.shape}] to ${units} outputs`, AGAIN);
  const data = Float32Array.from(
    { length: units },
    (_, i) => c.data[c.data.length === 1 ? 0 : i] * factor,
  );
  return { ...c, shape: [units], data };
}

/** y = α·A·B + β·C. */
export function gemm(t: Translation, n: NodeView): Value {
  const matrix = n.constant(1, "weights") ?? refuse("has no weights", AGAIN);
  const added = n.constant(2, "bias");
  const alpha = n.float("alpha", 1);
  const beta = n.float("beta", 1);
  if (n.int("transA", 0) !== 0) refuse("transposes its input", "transpose the weights instead");
  const isTransposed = n.int("transB", 0) !== 0;
  if (matrix.shape.length !== 2) refuse(`has weights of shape [${matrix.shape}]`, AGAIN);
  const weight =
    isTransposed && alpha === 1
      ? matrix
      : isTransposed
        ? { ...matrix, data: float32(matrix, t.name).map((w) => w * alpha) }
        : transposed(matrix, t.name, alpha);
  const bias = added && perOutput(added, weight.shape[0], beta);
  return denseLayer(t, n, weight, bias);
}

export function matMul(t: Translation, n: NodeView): Value {
  const matrix = n.constant(1, "weights") ?? refuse("has no weights", AGAIN);
  if (matrix.shape.length !== 2)
    refuse(`has weights of shape [${matrix.shape}]`, "use a dense layer");
  return denseLayer(t, n, transposed(matrix, t.name, 1), undefined);
}

function denseLayer(
  t: Translation,
  n: NodeView,
  weight: Constant,
  bias: Constant | undefined,
): Value {
  const x = t.vector(n.value(0));
  const [units, F] = weight.shape;
  if (x.ours[0] !== F) refuse(`has weights for ${F} features, input has ${x.ours[0]}`, AGAIN);
  const parameters = { weight, ...(bias ? { bias } : {}) };
  return t.add(n, "dense", { units, bias: bias !== undefined }, [x], parameters, weight);
}

/** The value as BN sees it: channels first. */
const channelled = (t: Translation, n: NodeView): Value => {
  const v = n.value(0);
  return v.theirs.length === 1 ? t.vector(v) : t.image(v);
};

/** A vector with one number per channel. */
function perChannel(n: NodeView, i: number, what: string, channels: number): Constant {
  const c = n.constant(i, what) ?? refuse(`has no ${what}`, AGAIN);
  if (c.data.length !== channels)
    refuse(`has ${c.data.length} numbers of ${what} for ${channels} channels`, AGAIN);
  return { ...c, shape: [channels] };
}

export function batchNormalization(t: Translation, n: NodeView): Value {
  const x = channelled(t, n);
  const [C] = x.ours;
  if (n.int("spatial", 1) === 0)
    refuse(
      "has statistics per element (spatial = 0), expected per channel",
      "export with opset 9 or newer, where that form is gone",
    );
  n.ints("consumed_inputs");
  n.int("is_test", 1);
  const isTraining =
    n.int("training_mode", 0) !== 0 || n.message.outputs.slice(1).some((name) => name !== "");
  const keep = Math.min(1, Math.max(0, n.float("momentum", 0.9)));
  const epsilon = n.float("epsilon", 1e-5);
  const parameters = {
    gamma: perChannel(n, 1, "scale", C),
    beta: perChannel(n, 2, "shift", C),
    runningMean: perChannel(n, 3, "running mean", C),
    runningVariance: perChannel(n, 4, "running variance", C),
  };
  const negative = parameters.runningVariance.data.findIndex((v) => v < 0);
  if (negative >= 0)
    refuse(
      `has a running variance below 0 in channel ${negative}`,
      "export a model in working order",
    );
  const y = t.add(n, "batchNorm", { epsilon, keep }, [x], parameters, parameters.gamma);
  if (isTraining)
    t.notes.push(
      `batch norm "${y.id}" was exported in training mode; here the statistics are an argument, the running ones unless others are asked for`,
    );
  return y;
}

/** A group norm of γ and β where they do something. */
function groups(
  t: Translation,
  n: NodeView,
  x: Value,
  norm: {
    kind: "instanceNorm" | "groupNorm";
    groups: number;
    epsilon: number;
    gamma: Constant;
    beta: Constant;
  },
): Value {
  const [C] = x.ours;
  const gamma = spread(float32(norm.gamma, t.name), C);
  const beta = spread(float32(norm.beta, t.name), C);
  const [scale, center] = [gamma.some((g) => g !== 1), beta.some((b) => b !== 0)];
  const parameters = {
    ...(scale ? { gamma: tensor([C], gamma) } : {}),
    ...(center ? { beta: tensor([C], beta) } : {}),
  };
  const { epsilon } = norm;
  const attributes = { epsilon, scale, center };
  return norm.kind === "instanceNorm"
    ? t.add(n, "instanceNorm", attributes, [x], parameters, norm.gamma)
    : t.add(n, "groupNorm", { ...attributes, groups: norm.groups }, [x], parameters, norm.gamma);
}

/** Per channel; of an image that was reshaped to [groups, elements], per group: how PyTorch exports group norm. */
export function instanceNormalization(t: Translation, n: NodeView): Value {
  const v = n.value(0);
  const epsilon = n.float("epsilon", 1e-5);
  const [G] = v.theirs;
  const gamma = perChannel(n, 1, "scale", G);
  const beta = perChannel(n, 2, "shift", G);
  const isGrouped = v.theirs.length !== 3 || v.ours[0] !== G;
  if (isGrouped && (v.ours.length !== 3 || v.ours[0] % G !== 0 || v.ours[0] < G))
    refuse(`normalises a value of shape [N,${v.theirs}]`, "normalise images [N,C,H,W]");
  const x = isGrouped ? v : t.image(v);
  return {
    ...groups(t, n, x, {
      kind: isGrouped ? "groupNorm" : "instanceNorm",
      groups: G,
      epsilon,
      gamma,
      beta,
    }),
    theirs: v.theirs,
  };
}

export function groupNormalization(t: Translation, n: NodeView): Value {
  const x = t.image(n.value(0));
  const epsilon = n.float("epsilon", 1e-5);
  const count = n.int("num_groups", 0);
  n.int("stash_type", 1);
  const scales = n.constant(1, "scale")?.data.length ?? 0; // per group before opset 21, then per channel
  const numbers = scales === count ? count : x.ours[0];
  const gamma = perChannel(n, 1, "scale", numbers);
  const beta = perChannel(n, 2, "shift", numbers);
  if (!(count >= 1) || x.ours[0] % count !== 0)
    refuse(`has ${count} groups of ${x.ours[0]} channels`, AGAIN);
  return groups(t, n, x, { kind: "groupNorm", groups: count, epsilon, gamma, beta });
}

export function layerNormalization(t: Translation, n: NodeView): Value {
  const x = channelled(t, n);
  const epsilon = n.float("epsilon", 1e-5);
  const axis = n.int("axis", -1);
  n.int("stash_type", 1);
  const rank = x.ours.length + 1;
  if ((axis < 0 ? axis + rank : axis) !== 1)
    refuse(`normalises from axis ${axis} on`, "normalise all of an image's channels and pixels");
  const each = (i: number, what: string, fallback: number): Float32Array => {
    const c = n.constant(i, what);
    if (!c) return new Float32Array(x.ours[0]).fill(fallback);
    const pixels = c.data.length / x.ours[0];
    const isOfChannels = c.shape.length === x.ours.length && c.shape[0] === x.ours[0];
    if (c.data.length !== size(x.ours) && !(isOfChannels && pixels === 1))
      refuse(`has ${what} of shape [${c.shape}] for [${x.ours}]`, "use one number per channel");
    const values = float32(c, t.name);
    const perChannel = Float32Array.from({ length: x.ours[0] }, (_, k) => values[k * pixels]);
    if (values.some((v, i2) => v !== perChannel[Math.floor(i2 / pixels)]))
      refuse(`has ${what} that differs from pixel to pixel`, "use one number per channel");
    return perChannel;
  };
  const [C] = x.ours;
  const parameters = {
    gamma: tensor([C], each(1, "scale", 1)),
    beta: tensor([C], each(2, "shift", 0)),
  };
  return t.add(n, "layerNorm", { epsilon }, [x], parameters, n.constant(1, "scale"));
}
