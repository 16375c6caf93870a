/** How many threads a command works on. */

import { availableParallelism } from "node:os";
import { type Crew, crew } from "../engine/crew.js";
import type { Options } from "./options.js";

/** As many as asked for, or as the processor has: more than eight share no further. */
export const threadsOf = ({ threads }: Options): number =>
  threads ?? Math.min(8, availableParallelism());

/** Work on that many threads, which end with it. */
export async function onThreads<T>(
  options: Options,
  work: (hands: Crew) => Promise<T>,
): Promise<T> {
  const hands = crew(threadsOf(options));
  try {
    return await work(hands);
  } finally {
    hands.close();
  }
}
