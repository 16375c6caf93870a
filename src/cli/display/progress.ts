/** One live line: a bar, the share that is done, what is at work, and the time left. */

import type { Terminal } from "./terminal.js";
import { bar, duration, percent, timeLeft } from "./words.js";

/** Begins now. Shares from 0 to 1. */
export function progressLine(t: Terminal): (share: number, what: string) => void {
  const start = performance.now();
  return (share, what) => {
    const left = timeLeft(share, (performance.now() - start) / 1000);
    const rest = left === undefined ? "" : `  ${duration(left)} left`;
    t.live([`${t.style("cyan", bar(share, 24))} ${percent(share, 0).padStart(5)}  ${what}${rest}`]);
  };
}
