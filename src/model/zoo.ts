/** The networks that studies train, each a function of norm and placement. Node ids are the same whatever the norm,
 *  so that arms of one seed share their convolution weights. */

import {
  add,
  conv2d,
  dense,
  flatten,
  type GraphBuilder,
  globalAvgPool,
  graph,
  maxPool2d,
  relu,
} from "./build.js";
import type { Graph } from "./model.js";
import { type NormName, norm } from "./norms.js";

/** Where a norm stands: before the activation (as in ResNet) or after it (as in the founding network). */
export type Placement = "before" | "after";

export interface ZooOptions {
  /** Defaults to "batch". */
  readonly norm?: NormName;
  /** Defaults to the network's own habit. */
  readonly placement?: Placement;
  /** [C, H, W]; defaults to [1, 28, 28], for residual networks to [3, 32, 32]. */
  readonly inputShape?: readonly [number, number, number];
  /** Defaults to 10. */
  readonly classes?: number;
  /** Convolution blocks of `plain` (default 4), hidden layers of `mlp` (default 2) or `linear` (default 8). */
  readonly depth?: number;
}

interface ZooEntry {
  readonly title: string;
  /** The same in Chinese. */
  readonly zh: { readonly title: string };
  readonly placement: Placement;
  /** The usual depth, of networks that have a choice. */
  readonly depth?: number;
  (options?: ZooOptions): Graph;
}

/** Adds norm and ReLU in the order of the placement, and returns the last id. */
function activate(
  g: GraphBuilder,
  from: string,
  channels: number,
  suffix: string,
  o: Required<ZooOptions>,
): string {
  const own = norm(o.norm).layers(channels, `norm${suffix}`);
  const activation = relu({ id: `relu${suffix}` });
  const layers = o.placement === "before" ? [...own, activation] : [activation, ...own];
  return layers.reduce((last, next) => g.node(next, last), from);
}

/** A bias is redundant where a norm takes the mean away at once. */
const needsBias = (o: Required<ZooOptions>): boolean =>
  norm(o.norm).keepsMean === true || o.placement === "after";

/** Options with this network's defaults. */
function entry(
  title: string,
  zh: ZooEntry["zh"],
  defaults: {
    placement: Placement;
    inputShape?: readonly [number, number, number];
    depth?: number;
  },
  build: (o: Required<ZooOptions>) => Graph,
): ZooEntry {
  const make = (options: ZooOptions = {}): Graph =>
    build({
      norm: "batch",
      inputShape: [1, 28, 28],
      classes: 10,
      depth: 1,
      ...defaults,
      ...options,
      placement: options.placement ?? defaults.placement,
    });
  const { placement, depth } = defaults;
  return Object.assign(make, { title, zh, placement, ...(depth !== undefined && { depth }) });
}

/** The founding network: conv 32 3×3 → ReLU → norm → max-pool 2 → flatten → dense. */
const seed = entry(
  "conv 32 3×3, ReLU, norm, max-pool 2, flatten, dense",
  { title: "3×3 卷积（32 个滤波器）、ReLU、归一化、2×2 最大池化、展平、全连接" },
  { placement: "after" },
  (o) => {
    const g = graph(o.inputShape);
    const conv = g.node(conv2d({ id: "conv", filters: 32, kernel: 3, bias: true }), g.input);
    const pool = g.node(maxPool2d({ id: "pool" }), activate(g, conv, 32, "", o));
    return g.output(
      g.node(dense({ id: "dense", units: o.classes }), g.node(flatten({ id: "flatten" }), pool)),
    );
  },
);

/** `depth` blocks of conv 3×3 → norm → ReLU; width doubles and pixels halve after blocks 2, 4 and 6; global average. */
const plain = entry(
  "blocks of conv 3×3, norm, ReLU",
  { title: "若干个块：3×3 卷积、归一化、ReLU" },
  { placement: "before", depth: 4 },
  (o) => {
    const g = graph(o.inputShape);
    let last = g.input;
    let channels = 16;
    for (let block = 1; block <= o.depth; block++) {
      const conv = conv2d({
        id: `conv${block}`,
        filters: channels,
        kernel: 3,
        padding: 1,
        bias: needsBias(o),
      });
      last = activate(g, g.node(conv, last), channels, `${block}`, o);
      if (block % 2 === 0 && block <= 6 && block < o.depth) {
        last = g.node(maxPool2d({ id: `pool${block / 2}` }), last);
        channels = Math.min(64, channels * 2);
      }
    }
    const features = g.node(
      flatten({ id: "flatten" }),
      g.node(globalAvgPool({ id: "globalPool" }), last),
    );
    return g.output(g.node(dense({ id: "dense", units: o.classes }), features));
  },
);

/** ResNet for small images (He 2016): three stages of 16, 32 and 64 channels, `blocks` blocks each, 1×1 shortcuts. */
const resnet = (blocks: number): ZooEntry =>
  entry(
    `residual network of ${6 * blocks + 2} layers`,
    { title: `${6 * blocks + 2} 层残差网络` },
    { placement: "before", inputShape: [3, 32, 32] },
    (o) => {
      const g = graph(o.inputShape);
      const bias = needsBias(o);
      let last = activate(
        g,
        g.node(conv2d({ id: "stem", filters: 16, kernel: 3, padding: 1, bias }), g.input),
        16,
        "Stem",
        o,
      );
      [16, 32, 64].forEach((channels, stage) => {
        for (let block = 0; block < blocks; block++)
          last = residualBlock(
            g,
            last,
            channels,
            stage > 0 && block === 0 ? 2 : 1,
            `${stage + 1}_${block + 1}`,
            o,
          );
      });
      const features = g.node(
        flatten({ id: "flatten" }),
        g.node(globalAvgPool({ id: "globalPool" }), last),
      );
      return g.output(g.node(dense({ id: "dense", units: o.classes }), features));
    },
  );

/** conv → norm → ReLU → conv → norm, plus the shortcut, then ReLU. */
function residualBlock(
  g: GraphBuilder,
  from: string,
  channels: number,
  stride: number,
  name: string,
  o: Required<ZooOptions>,
): string {
  const bias = needsBias(o);
  const first = g.node(
    conv2d({ id: `conv${name}a`, filters: channels, kernel: 3, padding: 1, stride, bias }),
    from,
  );
  const inner = activate(g, first, channels, `${name}a`, o);
  const normalised = (id: string, at: string): string =>
    norm(o.norm)
      .layers(channels, id)
      .reduce((last, next) => g.node(next, last), at);
  const second = g.node(
    conv2d({ id: `conv${name}b`, filters: channels, kernel: 3, padding: 1, bias }),
    inner,
  );
  const branch = normalised(`norm${name}b`, second);
  const shortcut =
    stride === 1
      ? from
      : normalised(
          `normShortcut${name}`,
          g.node(
            conv2d({ id: `shortcut${name}`, filters: channels, kernel: 1, stride, bias }),
            from,
          ),
        );
  return g.node(relu({ id: `relu${name}b` }), g.node(add({ id: `add${name}` }), branch, shortcut));
}

/** Dense layers of 128 with norm and ReLU. */
const mlp = entry(
  "dense layers of 128, norm, ReLU",
  { title: "宽 128 的全连接层、归一化、ReLU" },
  { placement: "before", depth: 2 },
  (o) => {
    const g = graph(o.inputShape);
    let last = g.node(flatten({ id: "flatten" }), g.input);
    for (let layer = 1; layer <= o.depth; layer++)
      last = activate(
        g,
        g.node(dense({ id: `dense${layer}`, units: 128, bias: needsBias(o) }), last),
        128,
        `${layer}`,
        o,
      );
    return g.output(g.node(dense({ id: "dense", units: o.classes }), last));
  },
);

/** Deep linear network (Saxe 2014; Santurkar 2018): dense layers of 64 with norm and no activation at all. */
const linear = entry(
  "dense layers of 64 and norm, nothing between them",
  { title: "宽 64 的全连接层与归一化，其间没有激活" },
  { placement: "before", depth: 8 },
  (o) => {
    const g = graph(o.inputShape);
    let last = g.node(flatten({ id: "flatten" }), g.input);
    for (let layer = 1; layer <= o.depth; layer++) {
      last = g.node(dense({ id: `dense${layer}`, units: 64, bias: needsBias(o) }), last);
      for (const own of norm(o.norm).layers(64, `norm${layer}`)) last = g.node(own, last);
    }
    return g.output(g.node(dense({ id: "dense", units: o.classes }), last));
  },
);

export const zoo = { seed, plain, resnet8: resnet(1), resnet20: resnet(3), mlp, linear } as const;

export type ZooName = keyof typeof zoo;

/** The networks that have a choice of depth. */
export const deepNames: readonly string[] = Object.entries<ZooEntry>(zoo)
  .filter(([, { depth }]) => depth !== undefined)
  .map(([name]) => name);
