/** Pieces that several parts of the report's data are made of. */

import { z } from "zod";

export const count = z.int().nonnegative();
export const value = z.number().nullable();
export const series = z.array(value);
export const interval = z.tuple([z.number(), z.number()]);
export const hex = z.string().regex(/^[0-9a-f]{64}$/);
/** Bytes in base64. */
export const bytes = z.base64();
/** A phrase in every language. */
export const text = z.strictObject({ en: z.string(), zh: z.string() });
