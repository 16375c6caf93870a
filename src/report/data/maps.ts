/** Images and how the networks explain what they see in them. */

import { z } from "zod";
import { bytes, count, text } from "./base.js";

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
});
export type ReportMap = z.output<typeof mapSchema>;

export const methodSchema = z.strictObject({
  name: z.string(),
  title: text,
  /** How it is drawn: magnitudes from nought up, or both signs about nought. */
  scale: z.enum(["sequential", "diverging"]),
});
export type Method = z.output<typeof methodSchema>;
