/** Work that can wait a moment, such as drawings just below the window: some in each frame, so that scrolling never
 *  waits for all of them. */

/** Milliseconds of a frame that may be spent. */
const SHARE = 6;

const waiting = new Set<() => void>();

function work(): void {
  const end = performance.now() + SHARE;
  for (const task of waiting) {
    waiting.delete(task);
    task();
    if (performance.now() >= end) break;
  }
  if (waiting.size > 0) requestAnimationFrame(work);
}

/** Does the work when its turn comes; what is returned takes it back. */
export function inTurn(task: () => void): () => void {
  if (waiting.size === 0) requestAnimationFrame(work);
  waiting.add(task);
  return () => {
    waiting.delete(task);
  };
}
