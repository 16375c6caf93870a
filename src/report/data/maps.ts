/** Images and how the networks explain what they see in them. */

import { z } from "zod";
import { bytes, count, text, value } from "./base.js";

export const pictureSchema = z.strictObject({
  /** Index in the validation split. */
  image: count,
  label: z.string(),
  shape: z.tuple([count, count, count]),
  /** [C, H, W], one byte each. */
  pixels: bytes,
  /** [H, W], 1 on the object. */
  mask: bytes.optional(),
});
export type ReportPicture = z.output<typeof pictureSchema>;

export const mapSchema = z.strictObject({
  arm: z.string(),
  seed: count,
  image: count,
  method: z.string(),
  prediction: z.string(),
  correct: z.boolean(),
  shape: z.tuple([count, count]),
  peak: z.number(),
  /** Signed bytes: byte/127·peak is the attribution. */
  values: bytes,
  /** Gini index of the magnitudes; absent for an empty map. */
  sparseness: z.number().optional(),
  /** Share of the magnitude that lies on the object, where it is known. */
  onObject: z.number().optional(),
  /** What the measures of its method gave it, in their order; absent where none was taken map by map. */
  scores: z.array(value).optional(),
});
export type ReportMap = z.output<typeof mapSchema>;

/** Maps of one seed's networks as they were after an epoch. */
export const momentSchema = z.strictObject({ epoch: count, maps: z.array(mapSchema) });
export type ReportMoment = z.output<typeof momentSchema>;

/** The maps of one image over the seeds of an arm: what they share, and where they part. */
export const spreadSchema = z.strictObject({
  arm: z.string(),
  image: count,
  method: z.string(),
  shape: z.tuple([count, count]),
  seeds: count,
  /** Mean cosine between the maps of two seeds: 1 if all are alike, about 0 if they have nothing in common. */
  agreement: z.number(),
  /** Signed bytes: the mean of the maps, each divided by its peak, as a share of its own strongest pixel. */
  mean: bytes,
  /** Bytes 0 … 127: the standard deviation over seeds, on the scale of the image's largest over arms. */
  deviation: bytes,
});
export type Spread = z.output<typeof spreadSchema>;

export const methodSchema = z.strictObject({
  name: z.string(),
  title: text,
  /** How it is drawn: magnitudes from nought up, or both signs about nought. */
  scale: z.enum(["sequential", "diverging"]),
  /** The measures of its maps, titled without the method's name. */
  scores: z.array(z.strictObject({ measure: z.string(), title: text })),
});
export type Method = z.output<typeof methodSchema>;
