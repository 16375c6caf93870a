/** Threads that any number of executors share: the calling thread, which leads, and `threads − 1` helpers. One executor
 *  runs at a time. */

import type { Arithmetic } from "../kernels/arithmetic.js";
import type { Backend } from "../kernels/kernels.js";
import { fail } from "../tensor/errors.js";
import { allTaken, CONTROL_WORDS, command, hasFailed, RELOAD } from "./barrier.js";
import { isPrompt, spawnPrompt } from "./spawn-node.js";
import { rankedTeam, soloTeam, type Team } from "./team.js";
import type { Start, ThreadMessage } from "./thread.js";

export interface Crew {
  readonly threads: number;
  /** The team of an executor with this memory. */
  team(backend: Backend, memory: WebAssembly.Memory | undefined, arithmetic: Arithmetic): Team;
  /** Ends the helpers. */
  close(): void;
}

/** The calling thread alone. */
export const soloCrew: Crew = { threads: 1, team: soloTeam, close() {} };

/** Gives every helper its messages; a promise where they are taken later. */
type Tell = (messages: (helper: number) => readonly ThreadMessage[]) => Promise<void> | undefined;

/** Longest wait for a helper to start or to take its messages. */
const PATIENCE = 60_000;

/** Refuses numbers that are no number of threads. */
export function checkThreads(who: string, threads: number): void {
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 64))
    fail("option", `${who}: got ${threads} threads, expected a whole number from 1 to 64`);
}

/** A crew that is ready at once, which takes Node: in a browser, workers start only when the thread that asks for them
 *  goes back to its event loop. */
export function crew(threads: number): Crew {
  checkThreads("crew", threads);
  if (threads === 1) return soloCrew;
  if (!isPrompt())
    fail(
      "unsupported",
      `crew: got ${threads} threads, expected 1 in a browser, where explanations run on the thread that asks for them; ` +
        "results are the same for any number",
    );
  const start = newStart(threads);
  const helpers = Array.from({ length: threads - 1 }, () => spawnPrompt(start));
  const stop = () => {
    for (const helper of helpers) helper.stop();
  };
  return crewOf(start, stop, (messages) => {
    for (const [i, helper] of helpers.entries()) helper.post(messages(i));
    command(start.control, RELOAD);
    if (!allTaken(start.control, helpers.length, PATIENCE)) noHelper(stop, threads, "no answer");
    return undefined;
  });
}

/** Work on so many threads, which end with it, or on a crew that goes on. */
export function withCrew<T>(threads: number | Crew | undefined, work: (hands: Crew) => T): T {
  if (typeof threads === "object") return work(threads);
  const own = crew(threads ?? 1);
  try {
    return work(own);
  } finally {
    own.close();
  }
}

/** A crew that may take turns of the event loop to load programs: anywhere. */
export async function patientCrew(threads: number): Promise<Crew> {
  checkThreads("threads", threads);
  if (threads === 1 || isPrompt()) return crew(threads);
  const { spawn } = await import("./spawn.js");
  const start = newStart(threads);
  const helpers = Array.from({ length: threads - 1 }, () => spawn());
  const stop = () => {
    for (const helper of helpers) helper.stop();
  };
  let isListening = true; // helpers are in their event loops
  const post = async (message: (helper: number) => Start | readonly ThreadMessage[]) => {
    const answers = helpers.map((helper) => helper.answer());
    for (const [i, helper] of helpers.entries()) helper.post(message(i));
    await Promise.all(answers).catch((cause) => noHelper(stop, threads, cause));
  };
  await post(() => start);
  return crewOf(start, stop, async (messages) => {
    if (!isListening) command(start.control, RELOAD);
    isListening = true;
    await post(messages);
    isListening = false;
  });
}

const newStart = (threads: number): Start => ({
  control: new Int32Array(new SharedArrayBuffer(4 * CONTROL_WORDS)),
  threads,
});

/** One that is missing would be waited for, for ever. */
function noHelper(stop: () => void, threads: number, cause: unknown): never {
  stop();
  return fail(
    "unsupported",
    `engine: got no helper thread (${cause}), expected ${threads - 1}`,
    cause,
  );
}

function crewOf({ control, threads }: Start, stop: () => void, tell: Tell): Crew {
  let [rooms, isOpen] = [0, true];
  const left: number[] = []; // rooms that helpers may forget; they hear of it with the next programs
  const forgotten = new FinalizationRegistry<number>((room) => left.push(room));
  const check = () => {
    if (!isOpen)
      fail("option", "engine: got work after close(), expected none; make another session");
  };
  return {
    threads,
    team(backend, memory, arithmetic) {
      if (!memory)
        return fail(
          "unsupported",
          `engine: got ${threads} threads with the ${backend.name} backend, expected 1: only wasm shares memory`,
        );
      const room = rooms++;
      const enter: ThreadMessage[] = [{ kind: "enter", room, memory, arithmetic }];
      const hand = (programs: Parameters<Team["load"]>[0]) => {
        const news = [
          ...left.splice(0).map((gone) => ({ kind: "leave", room: gone }) as const),
          ...enter.splice(0),
        ];
        const told = tell((i) => [...news, { kind: "programs", room, programs: programs[i] }]);
        if (hasFailed(control)) noHelper(stop, threads, "a thread could not take its programs");
        return told;
      };
      const leave = () => void left.push(room);
      const made = rankedTeam(backend, { control, threads, room, check, hand, leave });
      forgotten.register(made, room);
      return made;
    },
    close() {
      isOpen = false;
      stop();
    },
  };
}
