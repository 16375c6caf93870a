/** Looks at the batch norms of a trained model from near, for the report. */

import { type Dataset, imageBatch } from "../data/dataset.js";
import { type Session, session } from "../engine/session.js";
import { normFacts } from "../fold/index.js";
import { inspect } from "../fold/inspection.js";
import { mean, range, spread } from "../measures/means.js";
import type { Model } from "../model/index.js";
import { base64 } from "../tensor/base64.js";
import { slice, type Tensor } from "../tensor/index.js";
import { CLOSE_UP_LIMITS, type CloseUp, type CloseUpChannel } from "./close-up.js";

/** Validation images behind a histogram. */
const IMAGES = 64;

interface MicroscopeOptions {
  /** The validation image whose pixels can be followed. */
  readonly image: number;
  /** Images of the training batch whose statistics stand beside the running ones. */
  readonly batchSize: number;
}

/** Close-ups of at most six batch norms, evenly spread over the network; none for a model without. */
export function closeUps(
  model: Model,
  { train, validation }: Dataset,
  { image, batchSize }: MicroscopeOptions,
): CloseUp[] {
  const norms = model.nodes.filter(({ kind }) => kind === "batchNorm");
  if (norms.length === 0) return [];
  const shown = spread(norms, CLOSE_UP_LIMITS.norms);
  const inputs = [...new Set(shown.map((norm) => norm.inputs[0]))];
  const many = imageBatch(validation.images, 0, Math.min(IMAGES, validation.images.count));
  const batch = imageBatch(train.images, 0, Math.min(batchSize, train.images.count));
  const running = session(model, { stats: "running" });
  const seen = valuesAt(running, many, inputs);
  const own = valuesAt(running, imageBatch(validation.images, [image]), inputs);
  const trained = valuesAt(session(model, { stats: "batch" }), batch, inputs);
  const { norms: orders, folds } = inspect(model);
  return shown.flatMap(({ id, inputs: [from] }): CloseUp[] => {
    const facts = normFacts(model, id);
    if (!facts) return [];
    const [, C, H = 1, W = 1] = seen[from].shape;
    const room = Math.floor(CLOSE_UP_LIMITS.values / (shown.length * H * W));
    const channels = spread([...facts.mean.keys()], Math.min(room, CLOSE_UP_LIMITS.channels));
    const stored = channels.map((channel) => {
      const of = (values: ArrayLike<number>): number => values[channel];
      const numbers = { mean: of(facts.mean), variance: of(facts.variance) };
      const learned = { gamma: of(facts.gamma), beta: of(facts.beta) };
      const moments = momentsOf(channelOf(trained[from], channel));
      const x = histogram([channelOf(seen[from], channel), channelOf(own[from], channel)]);
      return { channel, ...numbers, ...learned, ...moments, ...x };
    });
    const fold = folds.find(({ norm }) => norm === id);
    const isFolded = fold !== undefined && fold.direction !== "kept";
    return [
      {
        norm: id,
        order: orders.find((norm) => norm.id === id)?.order ?? "",
        ...(isFolded && { fold: { into: fold.into, direction: fold.direction } }),
        epsilon: facts.epsilon,
        channels: C,
        shape: [H, W],
        stored,
        image,
        x: quantised(own[from], stored, H * W),
      },
    ];
  });
}

/** Values of nodes by id; the images themselves where a norm comes first. */
function valuesAt(run: Session, images: Tensor, ids: readonly string[]): Record<string, Tensor> {
  const nodes = ids.filter((id) => run.model.nodes.some((node) => node.id === id));
  const inputs = ids.filter((id) => !nodes.includes(id)).map((id) => [id, images] as const);
  return { ...run.activations(images, nodes), ...Object.fromEntries(inputs) };
}

/** All values of one channel of [n, C, …]. */
function channelOf({ shape: [n, C], data }: Tensor, channel: number): Float64Array {
  const inner = data.length / (n * C);
  const values = new Float64Array(n * inner);
  for (let i = 0; i < n; i++)
    values.set(data.subarray((i * C + channel) * inner, (i * C + channel + 1) * inner), i * inner);
  return values;
}

/** Mean and biased variance. */
function momentsOf(values: Float64Array): { batchMean: number; batchVariance: number } {
  const batchMean = mean(values);
  return { batchMean, batchVariance: mean(values.map((x) => (x - batchMean) ** 2)) };
}

/** Counts of the first values in equal bins over the range of all of them. */
function histogram(
  values: readonly [Float64Array, ...Float64Array[]],
): Pick<CloseUpChannel, "low" | "high" | "counts"> {
  const [low, high] = range(values.flatMap((part) => [...part]));
  const { bins } = CLOSE_UP_LIMITS;
  const counts = new Array<number>(bins).fill(0);
  const width = (high - low) / bins || 1; // one value alone: all in the first bin
  for (const x of values[0]) counts[Math.min(bins - 1, Math.floor((x - low) / width))]++;
  return { low, high, counts };
}

/** The stored channels of one image in 16 bits. */
function quantised(x: Tensor, stored: readonly CloseUpChannel[], inner: number): string {
  const bytes = new DataView(new ArrayBuffer(2 * stored.length * inner));
  stored.forEach(({ channel, low, high }, row) => {
    const values = slice(x, 0, 1).data.subarray(channel * inner, (channel + 1) * inner);
    for (let p = 0; p < inner; p++) {
      const share = high > low ? (values[p] - low) / (high - low) : 0;
      bytes.setUint16(2 * (row * inner + p), Math.round(65535 * share), true);
    }
  });
  return base64(new Uint8Array(bytes.buffer));
}
