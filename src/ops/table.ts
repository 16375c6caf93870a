/** The table of ops. Adding one: its file, one line here. */

import { add } from "./add.js";
import { avgPool2d } from "./avg-pool2d.js";
import { batchNorm } from "./batch-norm.js";
import { biasMap } from "./bias-map.js";
import { channelNoise } from "./channel-noise.js";
import { clamp } from "./clamp.js";
import { clip } from "./clip.js";
import { concat } from "./concat.js";
import { convTranspose2d } from "./conv-transpose2d.js";
import { conv2d } from "./conv2d.js";
import { dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { elu } from "./elu.js";
import { flatten } from "./flatten.js";
import { gelu } from "./gelu.js";
import { globalAvgPool } from "./global-avg-pool.js";
import { groupNorm } from "./group-norm.js";
import { instanceNorm } from "./instance-norm.js";
import { interpolate2d } from "./interpolate2d.js";
import { layerNorm } from "./layer-norm.js";
import { leakyRelu } from "./leaky-relu.js";
import { maxPool2d } from "./max-pool2d.js";
import { multiply } from "./multiply.js";
import type { Op } from "./op.js";
import { pad } from "./pad.js";
import { relu } from "./relu.js";
import { reshape } from "./reshape.js";
import { sigmoid } from "./sigmoid.js";
import { signedMaxPool2d } from "./signed-max-pool2d.js";
import { slice } from "./slice.js";
import { softmax } from "./softmax.js";
import { tanh } from "./tanh.js";
import { transpose } from "./transpose.js";
import { unevenAvgPool2d } from "./uneven-avg-pool2d.js";
import { unevenMaxPool2d } from "./uneven-max-pool2d.js";

export const ops = {
  conv2d,
  convTranspose2d,
  dense,
  batchNorm,
  groupNorm,
  layerNorm,
  instanceNorm,
  relu,
  leakyRelu,
  clip,
  sigmoid,
  tanh,
  elu,
  gelu,
  clamp,
  maxPool2d,
  signedMaxPool2d,
  unevenMaxPool2d,
  avgPool2d,
  unevenAvgPool2d,
  globalAvgPool,
  interpolate2d,
  add,
  multiply,
  concat,
  pad,
  slice,
  transpose,
  reshape,
  biasMap,
  flatten,
  softmax,
  dropout,
  channelNoise,
};

export type OpKind = keyof typeof ops;

/** The attributes of an op of kind K. */
export type AttributesOf<K extends OpKind> = (typeof ops)[K] extends Op<infer A> ? A : never;

/** The op of a kind, for code that treats all ops alike: it must be given attributes of that kind, as a node's are. */
export const opOf = (kind: OpKind): Op<unknown> => ops[kind] as Op<unknown>;
