/** Infidelity, scaled: min_β Σ_I (β·e(I) − Δ(I))² / Σ_I Δ(I)² over random removals I of small squares, with
 *  Δ = f(x) − f(x − I) and e what the map foretells:
 *  - gradient-like maps:      e = Iᵀa, over all channels;
 *  - contribution-like maps:  e = Σ_S a over the pixels removed.
 *  The best factor β and the division make it a share of what removal does, from 0 (all foretold) to 1 (nothing), that
 *  knows nothing of the logits' scale. Yeh et al. 2019. */

import type { BaselineName, Kind } from "../../explain/index.js";
import type { Tensor } from "../../tensor/index.js";
import type { ImageContext, MapContext } from "../context.js";
import { free, type Groundwork, type MapMeasure } from "../measure.js";
import { baselineChoices, differing, nothingOf, sumOver } from "../variants.js";
import { type Removals, removalsOf } from "./removals.js";

type InfidelityOptions = {
  readonly draws: number;
  readonly baseline: BaselineName;
  readonly form: "kind" | "gradient" | "contribution";
};

/** Sides of the squares, in turn. */
const SIDES = [2, 4] as const;

/** Squares that hold a pixel which the baseline changes, in turn of each side. */
function squares({ image, stream }: ImageContext, draws: number, nothing: Tensor): Int32Array[] {
  const [, H, W] = image.shape;
  const changing = differing(image, nothing);
  const own = stream("removed squares");
  if (changing.length === 0) return [];
  return Array.from({ length: draws }, (_, k) => {
    const side = Math.min(SIDES[k % SIDES.length], H, W);
    // A square around a random pixel that changes, shifted at random within the image.
    const p = changing[own.below(changing.length)];
    const corner = (at: number, length: number): number =>
      Math.min(Math.max(at - own.below(side), 0), length - side);
    const [y, x] = [corner(Math.floor(p / W), H), corner(p % W, W)];
    return Int32Array.from(
      { length: side * side },
      (_, q) => (y + Math.floor(q / side)) * W + x + (q % side),
    );
  });
}

const groundwork: Groundwork<ImageContext, InfidelityOptions, Removals> = {
  reads: ["draws", "baseline"],
  cost: ({ draws }) => ({ forward: draws + 1, backward: 0 }),
  make(context, { draws, baseline }) {
    const nothing = nothingOf(context.image, baseline);
    return removalsOf(context, squares(context, draws, nothing), nothing, "logit");
  },
};

/** Iᵀa for I = x − x₀ on a set of pixels. A map of pixels as a whole counts for every channel. */
function alongInput(
  { image, channels }: MapContext,
  nothing: ArrayLike<number>,
  set: Int32Array,
): number {
  const pixels = image.shape[1] * image.shape[2];
  let sum = 0;
  for (let c = 0; c < image.shape[0]; c++)
    for (const p of set) {
      const at = c * pixels + p;
      sum += (image.data[at] - nothing[at]) * channels[at % channels.length];
    }
  return sum;
}

/** min_β Σ (βe − Δ)² / Σ Δ² = 1 − (Σ eΔ)² / (Σ e²·Σ Δ²); null if removal changes nothing. */
export function unexplained(e: ArrayLike<number>, drops: ArrayLike<number>): number | null {
  let [ed, ee, dd] = [0, 0, 0];
  for (let k = 0; k < drops.length; k++) {
    ed += e[k] * drops[k];
    ee += e[k] * e[k];
    dd += drops[k] * drops[k];
  }
  if (dd === 0) return null;
  return ee === 0 ? 1 : Math.max(0, 1 - (ed * ed) / (ee * dd));
}

const isGradientLike = (kind: Kind): boolean => kind === "sensitivity";

export const infidelity = {
  of: "map",
  reading: "signed",
  title: "Infidelity",
  question: "How much of what removing small squares does is not foretold by the map?",
  zh: { title: "不忠实度", question: "去掉小方块的影响有多少是归因图没有预告的？" },
  family: "faithfulness",
  unit: "share",
  better: "lower",
  scale: "difference",
  reference: "Yeh et al. 2019",
  /** draws: squares of 2 and 4 pixels a side; baseline: what they become; form: as the map's kind says, or one of both. */
  defaults: { draws: 50, baseline: "zero", form: "kind" },
  choices: { ...baselineChoices, form: ["kind", "gradient", "contribution"] },
  groundwork,
  cost: free,
  score(context, { baseline, form }, { sets, drops }) {
    const isGradient = form === "kind" ? isGradientLike(context.kind) : form === "gradient";
    const nothing = nothingOf(context.image, baseline).data;
    const e = sets.map((set) =>
      isGradient ? alongInput(context, nothing, set) : sumOver(context.map, set),
    );
    return unexplained(e, drops);
  },
} as const satisfies MapMeasure<InfidelityOptions, Removals>;
