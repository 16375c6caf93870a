/** How threads of one team meet: a few words of shared memory, a barrier that spins briefly and then sleeps. */

/** Words of the shared control block. */
export const CONTROL_WORDS = 16;
const SEQUENCE = 0; // goes up by one with every command
const COMMAND = 1; // number of the pass to run, or RELOAD
const ROOM = 2; // whose pass it is
const ARRIVED = 3;
const GENERATION = 4;
const TAKEN = 5; // helpers that have taken their messages
const FAILED = 6;

/** The command that is not the number of a pass: messages wait. */
export const RELOAD = -1;
const SPINS = 20_000;

/** Sleeping is not allowed on a browser's main thread; there the barrier only spins. */
const maySleep = (() => {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
})();

/** Waits until word `at` differs from `value`. */
function waitWhile(control: Int32Array, at: number, value: number): void {
  for (let i = 0; i < SPINS; i++) if (Atomics.load(control, at) !== value) return;
  while (Atomics.load(control, at) === value) if (maySleep) Atomics.wait(control, at, value);
}

/** Returns when all `threads` have called it. */
export function barrier(control: Int32Array, threads: number): void {
  const generation = Atomics.load(control, GENERATION);
  if (Atomics.add(control, ARRIVED, 1) === threads - 1) {
    Atomics.store(control, ARRIVED, 0);
    Atomics.add(control, GENERATION, 1);
    Atomics.notify(control, GENERATION);
  } else waitWhile(control, GENERATION, generation);
}

/** Gives every waiting thread a command: a pass of an executor, by the number of its room. */
export function command(control: Int32Array, pass: number, room = 0): void {
  Atomics.store(control, COMMAND, pass);
  Atomics.store(control, ROOM, room);
  Atomics.add(control, SEQUENCE, 1);
  Atomics.notify(control, SEQUENCE);
}

export const sequence = (control: Int32Array): number => Atomics.load(control, SEQUENCE);

/** Waits for the command after number `last`. */
export function nextCommand(control: Int32Array, last: number): { pass: number; room: number } {
  waitWhile(control, SEQUENCE, last);
  return { pass: Atomics.load(control, COMMAND), room: Atomics.load(control, ROOM) };
}

/** A helper says that it has taken its messages. */
export function reportTaken(control: Int32Array): void {
  Atomics.add(control, TAKEN, 1);
  Atomics.notify(control, TAKEN);
}

/** Waits until so many helpers have taken their messages, and begins to count anew. False if they take too long. */
export function allTaken(control: Int32Array, helpers: number, milliseconds: number): boolean {
  const end = performance.now() + milliseconds;
  for (;;) {
    const taken = Atomics.load(control, TAKEN);
    if (taken === helpers) break;
    if (performance.now() > end) return false;
    Atomics.wait(control, TAKEN, taken, 1000);
  }
  Atomics.store(control, TAKEN, 0);
  return true;
}

/** A thread that failed says so here and keeps to the barriers, so that nobody waits for ever. */
export const reportFailure = (control: Int32Array): void => void Atomics.store(control, FAILED, 1);
export const hasFailed = (control: Int32Array): boolean => Atomics.load(control, FAILED) === 1;
