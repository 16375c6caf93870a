/** The norms that can stand where a network has its normalisation: the levels of the factor under study.
 *  Adding one: a line here. */

import { fail } from "../tensor/errors.js";
import {
  batchNorm,
  channelNoise,
  ghostBatchNorm,
  groupNorm,
  instanceNorm,
  type Layer,
  layerNorm,
} from "./build.js";

interface Norm {
  /** One phrase for menus and reports. */
  readonly title: string;
  /** The same in Chinese. */
  readonly zh: { readonly title: string };
  /** The layers for a number of channels, one after the other; none at all without a norm. */
  layers(channels: number, id: string): readonly Layer[];
  /** Whether what comes in keeps its mean, so that the layer before needs a bias. */
  readonly keepsMean?: true;
}

/** Largest number of groups up to 8 that divides the channels. */
function groupsFor(channels: number): number {
  for (let groups = 8; groups > 1; groups--) if (channels % groups === 0) return groups;
  return 1;
}

export const norms = {
  none: {
    title: "no normalisation",
    zh: { title: "无归一化" },
    layers: () => [],
    keepsMean: true,
  },
  batch: {
    title: "batch normalisation",
    zh: { title: "批归一化" },
    layers: (_, id) => [batchNorm({ id })],
  },
  batchCenter: {
    title: "batch normalisation that learns a shift β alone",
    zh: { title: "只学习平移 β 的批归一化" },
    layers: (_, id) => [batchNorm({ id, scale: false })],
  },
  batchScale: {
    title: "batch normalisation that learns a scale γ alone",
    zh: { title: "只学习缩放 γ 的批归一化" },
    layers: (_, id) => [batchNorm({ id, center: false })],
  },
  ghost: {
    title: "ghost batch normalisation, sub-batches of 8",
    zh: { title: "幽灵批归一化，每个子批 8 张图像" },
    layers: (_, id) => [ghostBatchNorm({ id, images: 8 })],
  },
  group: {
    title: "group normalisation, up to 8 groups",
    zh: { title: "组归一化，至多 8 组" },
    layers: (channels, id) => [groupNorm({ id, groups: groupsFor(channels) })],
  },
  layer: {
    title: "layer normalisation",
    zh: { title: "层归一化" },
    layers: (_, id) => [layerNorm({ id })],
  },
  instance: {
    title: "instance normalisation",
    zh: { title: "实例归一化" },
    layers: (_, id) => [instanceNorm({ id })],
  },
  noisy: {
    title: "batch normalisation, noise after it",
    zh: { title: "批归一化，其后加噪声" },
    layers: (_, id) => [batchNorm({ id }), channelNoise({ id: `${id}Noise` })],
  },
  noise: {
    title: "no normalisation, the same noise",
    zh: { title: "无归一化，加同样的噪声" },
    layers: (_, id) => [channelNoise({ id: `${id}Noise` })],
    keepsMean: true,
  },
} as const satisfies Record<string, Norm>;

export type NormName = keyof typeof norms;

/** One norm by name. */
export function norm(name: NormName): Norm {
  return (
    norms[name] ??
    fail("option", `norm: got "${name}", expected one of ${Object.keys(norms).join(", ")}`)
  );
}
