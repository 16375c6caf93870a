/** Columns of maps for pages: one method on one model, over the images that it explains. */

import type { Crew } from "../engine/crew.js";
import { session } from "../engine/session.js";
import { type Explainer, reduceChannels } from "../explain/index.js";
import type { Target } from "../explain/target.js";
import { writePng } from "../formats/png-write.node.js";
import type { Model } from "../model/index.js";
import { scaled, scaleOf } from "../report/colour-maps.js";
import { NormLensError, slice, type Tensor } from "../tensor/index.js";
import { type Drawing, drawImage, drawMap, drawOverlay } from "./explain-draw.js";
import type { PageCell, PageColumn } from "./explain-page.js";

export const png = ({ rgb, width, height }: Drawing): Uint8Array => writePng(rgb, width, height);

/** One image of a batch as PNG. */
export function imagePng(images: Tensor, i: number): Uint8Array {
  const [, C, H, W] = images.shape;
  return png(drawImage(Float32Array.from(slice(images, i, i + 1).data), C, H, W));
}

export interface MapColumn {
  readonly column: PageColumn;
  readonly cells: readonly PageCell[];
  /** H·W numbers of every image. */
  readonly maps: readonly Float64Array[];
}

export interface ColumnOptions {
  /** Defaults to the predicted class. */
  readonly target?: Target;
  /** More lines under the map of image i. */
  readonly notes?: (i: number) => readonly string[];
  /** The images as they are drawn, if the model takes others. */
  readonly pixels?: Tensor;
  readonly threads?: Crew;
}

/** One column of maps, or nothing if the method refuses this model. */
export function columnOf(
  model: Model,
  explainer: Pick<Explainer, "title" | "kind" | "reduction" | "explain">,
  images: Tensor,
  title: string,
  { target, notes = () => [], pixels = images, threads }: ColumnOptions = {},
): MapColumn | undefined {
  const [C, H, W] = model.inputShape;
  const run = session(model, { threads });
  try {
    const found = explainer.explain(run, images, target ? { target } : {});
    const maps = reduceChannels(found.values, explainer.reduction);
    const cells = maps.map((map, i) => {
      const own = scaled(map, explainer.kind);
      const under = Float32Array.from(slice(pixels, i, i + 1).data);
      return {
        overlay: png(drawOverlay(own, under, C, H, W)),
        map: png(drawMap(own, H, W)),
        notes: [`up to ${Number(own.high.toPrecision(3))}`, ...notes(i)],
      };
    });
    const scale = scaleOf[explainer.kind];
    const ends =
      scale === "diverging" ? (["against", "for"] as const) : (["least", "most"] as const);
    return { column: { title: explainer.title, scale, ends, notes: [title] }, cells, maps };
  } catch (error) {
    if (error instanceof NormLensError) return undefined;
    throw error;
  } finally {
    run.close();
  }
}
