/** How far an evaluation is, by the declared cost of its measures; and where it stops when it is cancelled. */

import { checkCancelled } from "../tensor/index.js";
import { inForwardPasses } from "./cost.js";
import type { Spend } from "./explaining.js";
import type { Cost, Tick } from "./measure.js";

export interface EvaluationProgress {
  /** The measure at work, and how many are done. */
  readonly key: string;
  readonly done: number;
  readonly of: number;
  /** Share of all work. */
  readonly share: number;
}

export interface Watch {
  /** Takes note of passes through the network. */
  readonly spend: Spend;
  /** Begins a measure. One that does not spend through the bench says what it costs on its own. */
  begin(key: string, own: Cost): void;
  /** Where a measure with a cost of its own stands. */
  readonly tick: Tick;
}

/** Reports are at least so much of the whole apart. */
const APART = 0.005;

export function watch(
  measures: number,
  total: Cost,
  signal: AbortSignal | undefined,
  report: (progress: EvaluationProgress) => void = () => {},
): Watch {
  const all = inForwardPasses(total);
  let key = "";
  let done = -1;
  let before = 0;
  let own = 0;
  let spent = 0;
  let reported = 0;
  const say = (from: number): void => {
    checkCancelled(signal, "measures");
    const share = all > 0 ? Math.min(spent / all, 1) : done / measures;
    if (key === "" || share < reported + from) return;
    reported = share;
    report({ key, done, of: measures, share });
  };
  const moveTo = (place: number): void => {
    spent = place;
    say(APART);
  };
  return {
    spend: (cost) => moveTo(spent + inForwardPasses(cost)),
    begin(name, cost) {
      spent = Math.max(spent, before + own);
      [key, done, before, own] = [name, done + 1, spent, inForwardPasses(cost)];
      say(0);
    },
    tick: (share) => moveTo(Math.max(spent, before + share * own)),
  };
}
