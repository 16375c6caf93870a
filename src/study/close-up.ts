/** A batch norm from near, as it is stored with a trial: the numbers of its channels, how their inputs are distributed,
 *  and its input for one image, from which everything that it does to a pixel can be followed.
 *
 *  z and y are affine in x, channel by channel, so the distribution of x is that of all three on other axes.
 *  Files are hostile input: what fills a shape must fill it, and nothing can make a file large. */

import { z } from "zod";

/** Norms per trial, channels per norm, bins per histogram, and values of inputs per trial. */
export const CLOSE_UP_LIMITS = { norms: 6, channels: 32, bins: 32, values: 40_000 } as const;

const count = z.int().nonnegative();
const number = z.number();

const channelSchema = z.strictObject({
  channel: count,
  /** What the norm uses: running mean and (biased) variance, γ and β. */
  mean: number,
  variance: number,
  gamma: number,
  beta: number,
  /** Mean and biased variance over one batch of training images. */
  batchMean: number,
  batchVariance: number,
  /** Range of x over the images looked at, and how many of its values fall in each of the equal bins between. */
  low: number,
  high: number,
  counts: z.array(count).min(1).max(CLOSE_UP_LIMITS.bins),
});
export type CloseUpChannel = z.output<typeof channelSchema>;

export const closeUpSchema = z
  .strictObject({
    norm: z.string().max(200),
    /** "conv2d → relu → batchNorm → maxPool2d". */
    order: z.string().max(400),
    /** The layer that would take it up when the model is folded, and from which side; absent if none can. */
    fold: z
      .strictObject({ into: z.string().max(200), direction: z.enum(["backward", "forward"]) })
      .optional(),
    epsilon: number,
    /** Channels of the norm; fewer may be stored. */
    channels: count,
    /** [H, W] of a channel. */
    shape: z.tuple([count, count]),
    stored: z.array(channelSchema).max(CLOSE_UP_LIMITS.channels),
    /** Index of the image in the validation split. */
    image: count,
    /** x of the stored channels for that image: [stored, H, W] as little-endian 16-bit numbers in base64, 0 at `low`
     *  and 65535 at `high` of the channel. */
    x: z.base64().max(4 * CLOSE_UP_LIMITS.values),
  })
  .refine(
    ({ shape: [H, W], stored, x }) => x.length === 4 * Math.ceil((2 * stored.length * H * W) / 3),
    "the input does not fill its shape",
  );
export type CloseUp = z.output<typeof closeUpSchema>;
