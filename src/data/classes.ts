/** A dataset's classes in the order of a model's outputs. */

import { fail } from "../tensor/errors.js";
import { hint } from "../tensor/suggest.js";
import type { Dataset, Split } from "./dataset.js";

const bare = (name: string): string => name.trim().toLowerCase();

/** The dataset with these classes, among which its own are found by name (capitals do not matter). Masks, pixels and
 *  fingerprint stay. */
export function withClasses(dataset: Dataset, names: readonly string[]): Dataset {
  const places = dataset.classes.map((own) => {
    const exact = names.indexOf(own);
    return exact >= 0 ? exact : names.findIndex((name) => bare(name) === bare(own));
  });
  const twice = names.find((name, k) => places.includes(k) && names.lastIndexOf(name) > k);
  if (twice !== undefined)
    fail(
      "option",
      `classes: got "${twice}" twice, expected one place for each class of ${dataset.name}`,
    );
  const missing = dataset.classes.filter((_, k) => places[k] < 0);
  if (missing.length > 0)
    fail(
      "option",
      `classes: got names without ${missing.slice(0, 5).join(", ")}${missing.length > 5 ? ", …" : ""} of ${dataset.name}, expected all of its classes among them${hint(missing[0], names)}`,
    );
  const turned = (split: Split): Split => ({
    ...split,
    labels: Uint16Array.from(split.labels, (label) => places[label]),
  });
  return {
    ...dataset,
    classes: names,
    train: turned(dataset.train),
    validation: turned(dataset.validation),
  };
}
