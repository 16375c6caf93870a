/** Whether a model has the classes of the data in another order: its outputs then meet other classes than their own. */

/** Images of each class that are needed, or any order could fit by chance. */
const FEWEST_EACH = 5;

export interface Order {
  /** Share that is right if every output stands for the class that it mostly meets. */
  readonly right: number;
  /** That class of each output; undefined for outputs that meet none. */
  readonly meets: readonly (number | undefined)[];
}

/** One class for each output, the most frequent pairs first; undefined where there are too few images to tell. */
export function likelyOrder(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  outputs: number,
): Order | undefined {
  const counts = new Map<string, { output: number; label: number; images: number }>();
  const classes = new Set<number>();
  for (let i = 0; i < predicted.length; i++) {
    const [output, label] = [predicted[i], labels[i]];
    const key = `${output} ${label}`;
    const one = counts.get(key) ?? { output, label, images: 0 };
    one.images++;
    counts.set(key, one);
    classes.add(label);
  }
  if (predicted.length < FEWEST_EACH * classes.size) return undefined;
  const meets: (number | undefined)[] = Array.from({ length: outputs });
  let right = 0;
  for (const { output, label, images } of [...counts.values()].sort((a, b) => b.images - a.images))
    if (meets[output] === undefined && classes.delete(label)) {
      meets[output] = label;
      right += images;
    }
  return { right: right / predicted.length, meets };
}
