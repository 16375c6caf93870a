/** The norms that can stand where a network has its normalisation: the levels of the factor under study.
 *  Adding one: a line here. */

import { fail } from "../tensor/errors.js";
import {
  batchNorm,
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
  /** The layer for a number of channels; undefined for no layer at all. */
  layer(channels: number, id: string): Layer | undefined;
}

/** Largest number of groups up to 8 that divides the channels. */
function groupsFor(channels: number): number {
  for (let groups = 8; groups > 1; groups--) if (channels % groups === 0) return groups;
  return 1;
}

export const norms = {
  none: { title: "no normalisation", zh: { title: "无归一化" }, layer: () => undefined },
  batch: {
    title: "batch normalisation",
    zh: { title: "批归一化" },
    layer: (_, id) => batchNorm({ id }),
  },
  ghost: {
    title: "ghost batch normalisation, sub-batches of 8",
    zh: { title: "幽灵批归一化，每个子批 8 张图像" },
    layer: (_, id) => ghostBatchNorm({ id, images: 8 }),
  },
  group: {
    title: "group normalisation, up to 8 groups",
    zh: { title: "组归一化，至多 8 组" },
    layer: (channels, id) => groupNorm({ id, groups: groupsFor(channels) }),
  },
  layer: {
    title: "layer normalisation",
    zh: { title: "层归一化" },
    layer: (_, id) => layerNorm({ id }),
  },
  instance: {
    title: "instance normalisation",
    zh: { title: "实例归一化" },
    layer: (_, id) => instanceNorm({ id }),
  },
} as const satisfies Record<string, Norm>;

export type NormName = keyof typeof norms;

/** The layers of one norm by name. */
export function norm(name: NormName): Norm {
  return (
    norms[name] ??
    fail("option", `norm: got "${name}", expected one of ${Object.keys(norms).join(", ")}`)
  );
}
