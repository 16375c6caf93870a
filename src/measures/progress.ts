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
  /** Begins a measure. */
  begin(key: string, due: Due): void;
  /** Where a measure that spends by itself stands. */
  readonly tick: Tick;
}

/** What is declared of a measure. */
export interface Due {
  /** What it spends by itself, of which the bench hears nothing. */
  readonly own: Cost;
  /** All costs up to the end of it, in forward passes. It may turn out cheaper. */
  readonly until: number;
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
  let from = 0;
  let due: Due = { own: total, until: 0 };
  let spent = 0;
  let reported = 0;
  const say = (apart: number): void => {
    checkCancelled(signal, "measures");
    const share = all > 0 ? Math.min(spent / all, 1) : done / measures;
    if (key === "" || share < reported + apart) return;
    reported = share;
    report({ key, done, of: measures, share });
  };
  const moveTo = (place: number): void => {
    spent = Math.max(spent, place);
    say(APART);
  };
  return {
    spend: (cost) => moveTo(spent + inForwardPasses(cost)),
    begin(name, next) {
      spent = Math.max(spent, due.until);
      [key, done, from, due] = [name, done + 1, spent, next];
      say(0);
    },
    tick: (share) => moveTo(from + share * inForwardPasses(due.own)),
  };
}
