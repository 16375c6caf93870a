/** The scores of maps, image by image or all at once. What several scores need is made once: groundwork for the same
 *  settings, and the scores of control maps for measures of one formula. */

import { controlNames, type ExplainerName, explainers } from "../explain/index.js";
import type { Bench } from "./bench.js";
import type { ExplainerContext } from "./context.js";
import { attempt, type Mapped } from "./explaining.js";
import {
  type ExplainerMeasure,
  groundworkKey,
  type MapMeasure,
  type OfMaps,
  type Options,
  type Trained,
} from "./measure.js";
import { isFor, mapState, readingOf } from "./reading.js";

/** One score per explained image; null where there is none. */
export type Scores = readonly (number | null)[];

/** The scores of an explainer's maps, or the state that stands for them. */
export type MapScores = (
  measure: OfMaps,
  explainer: ExplainerName,
  settings: Options,
) => Scores | { readonly state: string };

export const finite = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null;

const isControl = (name: ExplainerName): boolean => controlNames.some((known) => known === name);

export function scoresOfMaps(trained: Trained, bench: Bench): MapScores {
  const ground = keeper<unknown>();
  const make: MapScores = (measure, explainer, settings) => {
    const found = bench.maps(explainer);
    if ("state" in found) return found;
    if (!isFor(measure, explainer)) return { state: "otherKind" };
    return measure.of === "map"
      ? eachMap(measure, explainer, settings, found.maps, bench, ground)
      : together(measure, explainer, settings, found.maps, trained, bench, ground);
  };
  const controls = keeper<ReturnType<MapScores>>();
  return (measure, explainer, settings) => {
    const own = () => make(measure, explainer, settings);
    return isControl(explainer)
      ? controls(measure.score, `${explainer} ${JSON.stringify(settings)}`, own)
      : own();
  };
}

type Keeper<Kept> = (owner: unknown, detail: string, make: () => Kept) => Kept;

/** Keeps what was made for an owner and a detail. */
function keeper<Kept>(): Keeper<Kept> {
  const known = new Map<unknown, Map<string, Kept>>();
  return (owner, detail, make) => {
    const own = known.get(owner) ?? new Map<string, Kept>();
    known.set(owner, own);
    const found = own.get(detail) ?? make();
    own.set(detail, found);
    return found;
  };
}

function eachMap(
  measure: MapMeasure,
  name: ExplainerName,
  settings: Options,
  maps: readonly Mapped[],
  { images }: Bench,
  kept: Keeper<unknown>,
): Scores {
  const { groundwork } = measure;
  const read = readingOf(measure, name);
  const { kind } = explainers[name];
  const key = groundworkKey(measure, settings);
  return maps.map(({ map, channels }, i) => {
    if (!isControl(name) && mapState(map) !== undefined) return null;
    const found =
      groundwork && kept(groundwork, `${i} ${key}`, () => groundwork.make(images[i], settings));
    const context = { ...images[i], map: read(map), channels, kind };
    return finite(measure.score(context, settings, found));
  });
}

function together(
  measure: ExplainerMeasure,
  name: ExplainerName,
  settings: Options,
  maps: readonly Mapped[],
  trained: Trained,
  bench: Bench,
  kept: Keeper<unknown>,
): Scores | { readonly state: string } {
  const { groundwork } = measure;
  const read = readingOf(measure, name);
  const context: ExplainerContext = {
    images: bench.batch,
    each: bench.images,
    logits: bench.logits,
    targets: bench.targets,
    maps: maps.map(({ map }) => read(map)),
    trained,
    explain(images, { targets = bench.targets, model } = {}) {
      const again = bench.explain(name, images, targets, model);
      return { ...again, maps: again.maps.map(({ map }) => read(map)) };
    },
  };
  return attempt(() => {
    const key = `${name} ${groundworkKey(measure, settings)}`;
    const found = groundwork && kept(groundwork, key, () => groundwork.make(context, settings));
    return measure.score(context, settings, found).map(finite);
  }, "refused");
}
