/** What a training shows while it runs, and what it leaves standing. */

import type { StepRecord } from "../training/index.js";
import { chart } from "./display/chart.js";
import type { Terminal } from "./display/terminal.js";
import { bar, duration, loss, percent, thousands, timeLeft } from "./display/words.js";
import type { EpochLine } from "./train-record.js";

/** Where a training stands. */
export interface TrainState {
  readonly epochs: number;
  readonly steps: number;
  /** Steps done before this run, when it goes on from a checkpoint. */
  readonly resumedAt: number;
  readonly startedAt: number;
  readonly losses: number[];
  step: number;
  epoch: number;
  loss: number;
  accuracy: number;
  imagesPerSecond: number;
}

/** Part of the old value that a moving average keeps at each step. */
const KEEP = 0.95;

/** Takes a step into the state: single batches jump too much to be read. */
export function follow(state: TrainState, record: StepRecord): void {
  const isFirst = state.losses.length === 0;
  const moving = (old: number, now: number): number =>
    isFirst ? now : KEEP * old + (1 - KEEP) * now;
  state.loss = moving(state.loss, record.loss);
  state.accuracy = moving(state.accuracy, record.accuracy);
  state.imagesPerSecond = moving(state.imagesPerSecond, 1e6 / record.microsecondsPerImage);
  state.losses.push(record.loss);
  state.step = record.step;
  state.epoch = record.epoch;
}

const header = "epoch    loss  accuracy   validation loss  accuracy   images/s";

export const tableHeader = (t: Terminal): string => t.style("dim", header);

/** One epoch as a row under the header; without live display the same in words. */
export function epochRow(line: EpochLine, epochs: number, t: Terminal): string {
  const { train, validation } = line;
  const speed = thousands(line.imagesPerSecond);
  if (t.isLive)
    return [
      `${line.epoch}`.padStart(5),
      loss(train.loss).padStart(8),
      percent(train.accuracy).padStart(10),
      (validation ? loss(validation.loss) : "–").padStart(18),
      t.style("bold", (validation ? percent(validation.accuracy) : "–").padStart(10)),
      speed.padStart(11),
    ].join("");
  const tail = validation
    ? `, validation loss ${loss(validation.loss)} accuracy ${percent(validation.accuracy)}`
    : "";
  return `epoch ${line.epoch}/${epochs}: loss ${loss(train.loss)} accuracy ${percent(train.accuracy)}${tail}, ${speed} images/s`;
}

/** The live part: a curve, a bar, the numbers of now. */
export function liveLines(state: TrainState, t: Terminal): string[] {
  const share = state.steps === 0 ? 0 : state.step / state.steps;
  const seconds = (performance.now() - state.startedAt) / 1000;
  const since = (state.step - state.resumedAt) / Math.max(1, state.steps - state.resumedAt);
  const left = timeLeft(since, seconds);
  const curve = chart(state.losses, Math.min(t.columns - 2, 78));
  const width = Math.max(10, Math.min(32, t.columns - 48));
  return [
    ...(curve.length > 0
      ? ["", t.style("dim", "  training loss"), ...curve.map((line) => t.style("cyan", line)), ""]
      : [""]),
    `${t.style("cyan", bar(share, width))} ${percent(share, 0).padStart(5)}  epoch ${Math.min(state.epoch, state.epochs)}/${state.epochs}` +
      `  ${left === undefined ? "" : `${duration(left)} left`}`,
    t.style(
      "dim",
      `loss ${loss(state.loss)}  accuracy ${percent(state.accuracy)}  ${thousands(state.imagesPerSecond)} images/s`,
    ),
  ];
}
