/** The page of a comparison: the same images under both models, method by method, and the numbers. */

import { basename } from "node:path";
import type { Dataset } from "../data/dataset.js";
import type { Crew } from "../engine/crew.js";
import { session } from "../engine/session.js";
import { explainers, top } from "../explain/index.js";
import { classes } from "../explain/target.js";
import { type Comparison, drawnFor } from "../measures/comparison.js";
import type { ScoredExplainer } from "../measures/index.js";
import type { Model } from "../model/index.js";
import type { Tensor } from "../tensor/index.js";
import { mapAgreementRows, mapHead, sideBySide, sideHead, verdicts } from "./compare-lines.js";
import { percent, thousands } from "./display/words.js";
import type { Page } from "./explain-page.js";
import { columnOf, imagePng } from "./map-columns.js";
import { UNSAID_PIXELS } from "./model.js";

export interface Compared {
  readonly paths: readonly [string, string];
  readonly models: readonly [Model, Model];
  /** What is done to pixels, if anything is said. */
  readonly pixels: readonly [string | undefined, string | undefined];
  readonly data: Dataset;
  readonly methods: readonly ScoredExplainer[];
  /** Validation images on the page, and their pixels. */
  readonly indices: readonly number[];
  readonly shown: Tensor;
  /** Why the models may not see the images as in training. */
  readonly doubts: readonly string[];
  readonly command: string;
  readonly threads: Crew;
}

/** What is done to pixels: of both models, once where it is the same. */
function said({ pixels: [a = UNSAID_PIXELS, b = UNSAID_PIXELS] }: Compared): string {
  return a === b ? a : `of A ${a}, of B ${b}`;
}

export function comparisonPage(found: Comparison, compared: Compared): Page {
  const { paths, models, data, methods, indices, shown, doubts, command, threads } = compared;
  const [a, b] = models.map((model) => top(session(model, { threads }).forward(shown)));
  const target = classes([...a]);
  const named = (k: number): string => data.classes[k] ?? `class ${k}`;
  const change = (method: ScoredExplainer): number =>
    found.maps.find(({ explainer }) => explainer === method)?.median?.relative ?? 0;
  const byChange = [...methods].sort((x, y) => change(y) - change(x));
  const drawn = byChange.flatMap((method) => {
    const agreement = found.maps.find(({ explainer }) => explainer === method)?.images;
    const notes = (i: number): string[] => {
      const cosine = agreement?.[i]?.cosine;
      return cosine === null || cosine === undefined ? [] : [`cosine ${cosine.toFixed(2)} with A`];
    };
    const seen = drawnFor(models, method, found.isSameFunction);
    const columns = seen.map((model, k) =>
      columnOf(model, explainers[method], shown, "", {
        target,
        threads,
        ...(k === 1 && { notes }),
      }),
    );
    return columns.flatMap((column, k) => (column ? [{ ...column, side: "AB"[k] }] : []));
  });
  return {
    title: `${basename(paths[0])} and ${basename(paths[1])}`,
    subtitle: `A and B on ${thousands(found.images)} images of ${data.name}; maps explain the class that A predicts; pixels ${said(compared)}`,
    lead: [
      ...doubts.map((text) => `! ${text}`),
      ...verdicts(found),
      `Predictions agree on ${percent(found.agreement, 1)} of the images; A is right on ${percent(found.standings[0].accuracy, 1)}, B on ${percent(found.standings[1].accuracy, 1)}.`,
    ],
    columns: drawn.map(({ column, side }) => ({
      ...column,
      title: `${column.title}, ${side}`,
      notes: [],
    })),
    rows: indices.map((index, i) => ({
      title: named(data.validation.labels[index]),
      notes: [`A: ${named(a[i])}`, `B: ${named(b[i])}`],
      image: imagePng(shown, i),
      cells: drawn.map(({ cells }) => cells[i]),
    })),
    tables: [
      {
        title: "How far maps agree",
        note: "Medians over the explained images. Rank correlation and the 20 pixels are of magnitudes; change is ‖A − B‖/‖B‖.",
        head: mapHead,
        rows: mapAgreementRows(found),
      },
      {
        title: "Measures side by side",
        note: "↑ higher is better, ↓ lower is better.",
        head: sideHead,
        rows: sideBySide(found),
      },
    ],
    command,
  };
}
