/** How many cores other programs used meanwhile: what all cores did, less what we and the
 *  contestants did. */

import os from "node:os";

const busySeconds = () =>
  os.cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) /
  1000;

const ownSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Starts to watch; the answer takes the processor seconds of the contestants, all of them
 *  started meanwhile. */
export function watchOthers() {
  const before = { time: performance.now(), busy: busySeconds(), own: ownSeconds() };
  return (contestantsSeconds) => {
    const elapsed = (performance.now() - before.time) / 1000;
    const ours = ownSeconds() - before.own + contestantsSeconds;
    return Math.max(0, (busySeconds() - before.busy - ours) / elapsed);
  };
}
