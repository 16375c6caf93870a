/** What a study shows while its trials run. */

import type { Terminal } from "./display/terminal.js";
import { bar, duration, percent, timeLeft } from "./display/words.js";

/** A trial that is running. */
export interface RunningTrial {
  readonly arm: string;
  readonly seed: number;
  readonly stage: "training" | "measuring";
  readonly epoch: number;
  readonly epochs: number;
  readonly share: number;
}

export interface StudyState {
  readonly trials: number;
  /** Trials that need not be computed. */
  found: number;
  readonly startedAt: number;
  done: number;
  /** By trial. */
  readonly running: Map<string, RunningTrial>;
}

/** Share of the whole study that is done, running trials counted in part. */
export function shareOf(state: StudyState): number {
  const parts = [...state.running.values()].reduce((sum, trial) => sum + trial.share, 0);
  return state.trials === 0 ? 1 : (state.done + parts) / state.trials;
}

export function liveLines(state: StudyState, t: Terminal): string[] {
  const share = shareOf(state);
  const seconds = (performance.now() - state.startedAt) / 1000;
  const before = state.found / Math.max(1, state.trials);
  const left = timeLeft((share - before) / Math.max(1e-9, 1 - before), seconds);
  const width = Math.max(10, Math.min(32, t.columns - 44));
  return [
    `${t.style("cyan", bar(share, width))} ${percent(share, 0).padStart(5)}  ` +
      `${state.done} of ${state.trials} trials${left === undefined ? "" : `  ${duration(left)} left`}`,
    ...[...state.running.values()].map((trial) => t.style("dim", `  ${words(trial)}`)),
  ];
}

const words = ({ arm, seed, stage, epoch, epochs, share }: RunningTrial): string =>
  `${`${arm}, seed ${seed}`.padEnd(20)} ${percent(share, 0).padStart(5)}  ` +
  (stage === "training" ? `epoch ${epoch} of ${epochs}` : "measuring");

/** The line that stays when a trial ends. */
export const doneLine = (
  { arm, seed }: { readonly arm: string; readonly seed: number },
  state: StudyState,
  note: string,
): string =>
  `trial ${`${state.done}`.padStart(`${state.trials}`.length)}/${state.trials}: ${arm}, seed ${seed}${note}`;
