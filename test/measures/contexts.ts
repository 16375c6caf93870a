/** What measures of maps see, made of plain functions: models and explainers whose answers are known. */
import type { Kind } from "../../src/explain/index.js";
import type {
  ExplainAgain,
  ExplainerContext,
  ExplainerMeasure,
  ImageContext,
  MapMeasure,
  Options,
} from "../../src/measures/index.js";
import { random, slice, type Tensor, tensor } from "../../src/tensor/index.js";
import { data, network, split, trained } from "./fixtures.js";

export const floats = (...values: number[]): Float64Array => Float64Array.from(values);

/** An image [C, H, W]. */
export const picture = (shape: readonly number[], values: Iterable<number>): Tensor =>
  tensor(shape, Float32Array.from(values));

/** Uniform numbers in (low, high). */
export function uniform(length: number, name: string, low = 0.1, high = 1): Float64Array {
  const stream = random(name);
  return Float64Array.from({ length }, () => stream.uniform(low, high));
}

export const logistic = (z: number): number => 1 / (1 + Math.exp(-z));

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

/** Pearson's correlation as the textbook has it: the mean product of standard scores. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const scores = (values: ArrayLike<number>): number[] => {
    const list = Array.from(values);
    const mean = list.reduce((s, v) => s + v, 0) / list.length;
    const deviation = Math.sqrt(list.reduce((s, v) => s + (v - mean) ** 2, 0) / list.length);
    return list.map((v) => (v - mean) / deviation);
  };
  return dot(scores(a), scores(b)) / a.length;
}

export interface Seen {
  readonly image: Tensor;
  /** The logit of the explained class, against one other of logit 0. */
  readonly f: (x: ArrayLike<number>) => number;
  readonly mask?: readonly number[];
}

/** An image under a model of two classes, of which 1 is explained; `asked` keeps the variants. */
export function imageContext({ image, f, mask }: Seen): ImageContext & { asked: Tensor[] } {
  const asked: Tensor[] = [];
  return {
    image,
    mask: mask && Uint8Array.from(mask),
    target: 1,
    tieOrder: random(0)
      .split("ties")
      .permutation(image.shape[1] * image.shape[2]),
    stream: (name: string) => random(0).split(name),
    asked,
    answers(variants: Tensor) {
      const n = variants.shape[0];
      asked.push(variants);
      const logit = Float64Array.from({ length: n }, (_, k) => f(slice(variants, k, k + 1).data));
      return {
        logit,
        probability: logit.map(logistic),
        predicted: Int32Array.from(logit, (z) => (z > 0 ? 1 : 0)),
      };
    },
  };
}

interface Mapped {
  readonly map: ArrayLike<number>;
  /** The same by default. */
  readonly channels?: ArrayLike<number>;
  readonly kind?: Kind;
}

/** The score of a map, taken as it is given. */
export function scoreMap(
  measure: MapMeasure,
  seen: Seen,
  { map, channels = map, kind = "attribution" }: Mapped,
  options: Options = {},
): number | null {
  const settings = { ...measure.defaults, ...options };
  const image = imageContext(seen);
  const found = measure.groundwork?.make(image, settings);
  const context = {
    ...image,
    map: Float64Array.from(map),
    channels: Float64Array.from(channels),
    kind,
  };
  return measure.score(context, settings, found);
}

export interface Explaining {
  /** [n, C, H, W]. */
  readonly images: Tensor;
  /** The map of an image for a class. */
  readonly mapOf: (image: Tensor["data"], target: number, other: ExplainAgain) => Float64Array;
  /** Logits of an image; two of them, the first the larger, by default. */
  readonly logitsOf?: (image: Tensor["data"]) => readonly number[];
  readonly temperature?: number;
}

/** Images under an explainer; `asked` keeps what was explained again. */
export function explainerContext({
  images,
  mapOf,
  logitsOf = () => [1, 0],
  temperature = 1,
}: Explaining): ExplainerContext & { asked: Tensor[] } {
  const [n, C, H, W] = images.shape;
  const rows = Array.from({ length: n }, (_, i) => slice(images, i, i + 1).data);
  const logitsAt = (of: Tensor): Tensor => {
    const each = Array.from({ length: of.shape[0] }, (_, i) => logitsOf(slice(of, i, i + 1).data));
    return tensor([each.length, each[0].length], Float64Array.from(each.flat()));
  };
  const predictedBy = ({ shape: [count, K], data: z }: Tensor): Int32Array =>
    Int32Array.from({ length: count }, (_, i) => {
      const own = [...z.subarray(i * K, (i + 1) * K)];
      return own.indexOf(Math.max(...own));
    });
  const logits = logitsAt(images);
  const targets = predictedBy(logits);
  const asked: Tensor[] = [];
  const pixels = C * H * W;
  const model = network([C, H, W], [{ weight: [new Array(pixels).fill(1)] }]);
  const labels = new Array(n).fill(0);
  return {
    images,
    logits,
    targets,
    asked,
    each: rows.map((row, i) => ({
      ...imageContext({ image: tensor([C, H, W], row), f: (x) => dot(x, x) }),
      stream: (name: string) => random(i).split(name),
    })),
    maps: rows.map((row, i) => mapOf(row, targets[i], {})),
    trained: trained(
      model,
      data(
        1,
        split(
          [C, H, W],
          rows.map((row) => [...row]),
          labels,
        ),
      ),
      {
        temperature,
      },
    ),
    explain(of, other = {}) {
      asked.push(of);
      const classes = other.targets ?? targets;
      const maps = Array.from({ length: of.shape[0] }, (_, i) =>
        mapOf(slice(of, i, i + 1).data, classes[i], other),
      );
      const there = logitsAt(of);
      return { maps, logits: there, predicted: predictedBy(there) };
    },
  };
}

/** The scores of an explainer's maps. */
export function scoreExplainer(
  measure: ExplainerMeasure,
  context: ExplainerContext,
  options: Options = {},
): (number | null)[] {
  const settings = { ...measure.defaults, ...options };
  return measure.score(context, settings, measure.groundwork?.make(context, settings));
}
