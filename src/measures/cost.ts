/** What measuring costs, in images sent forward through the network and back: known before anything runs. */

import { controlNames, type ExplainerName, explainers } from "../explain/index.js";
import { classCount, type Graph } from "../model/model.js";
import { fail } from "../tensor/index.js";
import { isOfMaps, parseKey } from "./key.js";
import {
  addCosts,
  type Cost,
  free,
  groundworkKey,
  type OfMaps,
  type Options,
  timesCost,
  type Workload,
} from "./measure.js";

/** Part of the cost of a list of measures. */
export interface CostRow {
  /** The key of a measure, or `maps of …`, or `predictions`. */
  readonly what: string;
  readonly cost: Cost;
}

export interface Costs {
  /** In the order in which they fall due; what several measures share stands where the first of them asks for it. */
  readonly rows: readonly CostRow[];
  readonly total: Cost;
}

/** Everything that a workload says but the explainer in question. */
export type GivenWork = Omit<Workload, "explanation">;

/** The workload of a network: the numbers given, with what its graph says. */
export function workloadOf(
  graph: Graph,
  given: Omit<GivenWork, "classes" | "height" | "width" | "layers">,
): GivenWork {
  const [, height, width] = graph.inputShape;
  const layers = graph.nodes.filter(({ kind }) => kind === "conv2d" || kind === "dense").length;
  return { ...given, classes: classCount(graph), height, width, layers };
}

/** Forward passes that cost takes as long as: a pass back to the pixels takes about two. */
export const inForwardPasses = ({ forward, backward }: Cost): number => forward + 2 * backward;

/** The cost of measuring one trained network by these keys. Maps are counted once per explainer, groundwork and
 *  control maps once for the same settings. */
export function costsOf(
  keys: readonly string[],
  work: GivenWork,
  measureOptions: Readonly<Record<string, Options>> = {},
): Costs {
  const rows: CostRow[] = [];
  const add = (what: string, cost: Cost): void => {
    if (cost.forward > 0 || cost.backward > 0) rows.push({ what, cost });
  };
  const once = onlyOnce();
  add("predictions", { forward: work.explained, backward: 0 });
  for (const key of keys) {
    const parts = parseKey(key);
    if ("problem" in parts) return fail("option", `measures: ${parts.problem}`);
    const { name, measure, explainer, options } = parts;
    const settings = { ...measure.defaults, ...measureOptions[name], ...options };
    if (!isOfMaps(measure)) {
      add(key, measure.cost(settings, { ...work, explanation: free() }));
      continue;
    }
    const whose: readonly ExplainerName[] = explainer ? [explainer, ...controlNames] : controlNames;
    for (const each of whose)
      add(
        `maps of ${each}`,
        once("maps", each, () => timesCost(work.explained, passesOf(each, work))),
      );
    add(key, addCosts(...whose.map((each) => scoring(measure, settings, each, work, once))));
  }
  return { rows, total: addCosts(...rows.map(({ cost }) => cost)) };
}

type Once = (owner: unknown, detail: string, cost: () => Cost) => Cost;

/** Counts what belongs to an owner and a detail the first time alone. */
function onlyOnce(): Once {
  const seen = new Map<unknown, Set<string>>();
  return (owner, detail, cost) => {
    const known = seen.get(owner) ?? new Set();
    seen.set(owner, known);
    if (known.has(detail)) return free();
    known.add(detail);
    return cost();
  };
}

const passesOf = (explainer: ExplainerName, { height, width }: GivenWork): Cost =>
  explainers[explainer].passes(height, width);

/** Scoring the maps of one explainer. Measures with the same formula share the scores of control maps. */
function scoring(
  measure: OfMaps,
  settings: Options,
  explainer: ExplainerName,
  given: GivenWork,
  once: Once,
): Cost {
  const work = { ...given, explanation: passesOf(explainer, given) };
  const times = measure.of === "map" ? work.explained : 1;
  const { groundwork, score } = measure;
  const own = () => timesCost(times, measure.cost(settings, work));
  const isControl = controlNames.some((name) => name === explainer);
  const scored = isControl ? once(score, `${explainer} ${JSON.stringify(settings)}`, own) : own();
  if (groundwork === undefined) return scored;
  const whose = measure.of === "map" ? "" : explainer;
  const ground = once(groundwork, `${whose} ${groundworkKey(measure, settings)}`, () =>
    timesCost(times, groundwork.cost(settings, work)),
  );
  return addCosts(scored, ground);
}
