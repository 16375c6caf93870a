/** Norms as layers y = s·x + t: batch norm with its running statistics, the others with the statistics of each image
 *  held fixed. Bias maps likewise, with s = 1. */

import type { Model, Node } from "../../model/model.js";
import { ops } from "../../ops/index.js";
import { fail } from "../../tensor/errors.js";
import type { Numbers, Tensor } from "../../tensor/tensor.js";
import { elementwiseLayer, type LinearLayer } from "./linear-map.js";

type Values = (name: string) => Numbers | undefined;

/** s and t for every element of the images. */
interface Maps {
  readonly s: Numbers;
  readonly t: Numbers;
}

/** The layer that a norm or bias map is at the images x. */
export function frozenLayer(model: Model, node: Node, x: Tensor): LinearLayer {
  const values: Values = (name) => model.parameters[`${node.id}.${name}`]?.data;
  const make = (): Numbers =>
    x.data instanceof Float64Array
      ? new Float64Array(x.data.length)
      : new Float32Array(x.data.length);
  const maps = { s: make(), t: make() };
  const [, C, H = 1, W = 1] = x.shape;
  if (node.kind === "biasMap") {
    const bias = values("bias") as Numbers;
    maps.s.fill(1);
    for (let i = 0; i < maps.t.length; i++) maps.t[i] = bias[i % bias.length];
  } else if (node.kind === "batchNorm") {
    const affine = ops.batchNorm.affine(node.attributes);
    if (affine.form !== "channel")
      return fail("unsupported", "relevance: batch norm is not affine");
    const { s, t } = affine.scaleAndShift((name) => values(name) as Numbers);
    for (let i = 0; i < maps.t.length; i++) {
      const c = Math.floor(i / (H * W)) % C;
      maps.s[i] = s[c];
      maps.t[i] = t[c];
    }
  } else if (
    node.kind === "groupNorm" ||
    node.kind === "layerNorm" ||
    node.kind === "instanceNorm"
  ) {
    const groups =
      node.kind === "groupNorm" ? node.attributes.groups : node.kind === "layerNorm" ? 1 : C;
    ofImages(maps, x, (C / groups) * H * W, H * W, node.attributes.epsilon, values);
  } else fail("unsupported", `relevance: ${node.kind} "${node.id}" is not linear in its input`);
  return elementwiseLayer(maps.s, maps.t);
}

/** s = γ/√(σ² + ε), t = β − μ·s with μ and σ² over runs of `run` elements. */
function ofImages(
  { s, t }: Maps,
  { shape: [, C], data }: Tensor,
  run: number,
  pixels: number,
  epsilon: number,
  values: Values,
): void {
  const [gamma, beta] = [values("gamma"), values("beta")];
  for (let from = 0; from < data.length; from += run) {
    let mean = 0;
    for (let i = from; i < from + run; i++) mean += data[i] / run;
    let variance = 0;
    for (let i = from; i < from + run; i++) variance += (data[i] - mean) ** 2 / run;
    const r = 1 / Math.sqrt(variance + epsilon);
    for (let i = from; i < from + run; i++) {
      const c = Math.floor(i / pixels) % C;
      s[i] = (gamma?.[c] ?? 1) * r;
      t[i] = (beta?.[c] ?? 0) - mean * s[i];
    }
  }
}
