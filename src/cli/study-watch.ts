/** What a study tells while it runs: live lines where they can be redrawn, else a line for each trial. */

import type { StudyWatcher } from "../study/laboratory.node.js";
import type { TrialOutcome } from "../study/trial.js";
import type { Trial } from "../study/types.js";
import type { Terminal } from "./display/terminal.js";
import { duration, plural } from "./display/words.js";
import { opening } from "./study-plan.js";
import { doneLine, liveLines, type StudyState } from "./study-view.js";

export interface StudyWatch extends StudyWatcher {
  /** Tells what is left to tell. */
  end(): void;
}

/** Keeps the live lines up to date, or prints a line for each trial. */
export function studyWatch(
  folder: string,
  t: Terminal,
  time: () => { readonly seconds: number; readonly workers: number } | undefined,
): StudyWatch {
  const nameOf = (trial: Trial): string =>
    `${trial.arm.name}/${trial.seed}/${trial.epochs}/${trial.arm.learningRate}`;
  let state: StudyState | undefined;
  const draw = (): void => {
    if (state) t.live(liveLines(state, t));
  };
  let told = 0;
  const tellFound = (): void => {
    if (!state || state.found === told) return;
    t.line(t.style("dim", `${plural(state.found - told, "trial")} found in ${folder}`));
    told = state.found;
  };
  return {
    planned(config, trials) {
      state = { trials, found: 0, startedAt: performance.now(), done: 0, running: new Map() };
      t.line(opening(config, t, time()));
      draw();
    },
    found() {
      if (!state) return;
      state.found++;
      state.done++;
      draw();
    },
    progress(trial, { stage, epoch, epochs, share }) {
      tellFound();
      const { arm, seed } = trial;
      state?.running.set(nameOf(trial), { arm: arm.name, seed, stage, epoch, epochs, share });
      draw();
    },
    finished(trial, outcome) {
      if (!state) return;
      tellFound();
      state.running.delete(nameOf(trial));
      state.done++;
      if (!t.isLive)
        t.line(doneLine({ arm: trial.arm.name, seed: trial.seed }, state, note(outcome)));
      draw();
    },
    notice: (message) => t.line(t.style("yellow", `note: ${message}`)),
    end: tellFound,
  };
}

const note = ({ timings }: TrialOutcome): string =>
  `, ${duration(timings.trainSeconds + timings.measureSeconds)}`;
