/** How threads of one team meet: a few words of shared memory, a barrier that spins briefly and then sleeps. */

/** Words of the shared control block. */
export const CONTROL_WORDS = 16;
const SEQUENCE = 0; // goes up by one with every command
const COMMAND = 1; // number of the pass to run, or one of the two below
const ARRIVED = 2;
const GENERATION = 3;
const FAILED = 4;

/** Commands that are not the number of a pass. */
export const RELOAD = -1; // go back to the event loop: a message waits
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

/** Gives every waiting thread a command. */
export function command(control: Int32Array, pass: number): void {
  Atomics.store(control, COMMAND, pass);
  Atomics.add(control, SEQUENCE, 1);
  Atomics.notify(control, SEQUENCE);
}

export const sequence = (control: Int32Array): number => Atomics.load(control, SEQUENCE);

/** Waits for the command after number `last`. */
export function nextCommand(control: Int32Array, last: number): number {
  waitWhile(control, SEQUENCE, last);
  return Atomics.load(control, COMMAND);
}

/** A thread that failed says so here and keeps to the barriers, so that nobody waits for ever. */
export const reportFailure = (control: Int32Array): void => void Atomics.store(control, FAILED, 1);
export const hasFailed = (control: Int32Array): boolean => Atomics.load(control, FAILED) === 1;
