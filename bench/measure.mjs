/** Measures one case: every contestant checked, warmed up, then timed in turns. */

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFixture, writeFixture } from "./fixture.mjs";
import { opponent } from "./opponent.mjs";
import { watchOthers } from "./others.mjs";
import { measureRoof } from "./roof.mjs";
import { RECIPE, verify } from "./verify.mjs";

/** Between turns, so that threads that still spin for work have gone to sleep. */
const PAUSE = 40; // milliseconds

/** `entrants`: [{name, command, slow}]. Gives {rows: one per contestant, roof:
 *  multiply-accumulates per second of one core, otherCores: cores that other programs used
 *  meanwhile}. */
export async function measureCase(c, entrants, { rounds, turn, directory, say }) {
  const running = [];
  const rows = [];
  const others = watchOthers();
  try {
    for (const entrant of entrants) {
      say(`${c.id}: checking ${entrant.name}`);
      const contestant = opponent(...entrant.command);
      try {
        running.push({
          ...entrant,
          contestant,
          ...(await prepare(c, entrant, contestant, { turn, directory })),
          times: [],
        });
      } catch (error) {
        rows.push({ name: entrant.name, refused: error.message.split("\n").slice(0, 3).join(" ") });
        await contestant.close();
      }
    }
    const roofs = await playRounds(c, running, { rounds, say });
    for (const one of running) rows.push(await summary(c, one));
    const otherCores = others(rows.reduce((sum, row) => sum + (row.cpuSeconds ?? 0), 0));
    const place = (row) => entrants.findIndex(({ name }) => name === row.name);
    rows.sort((a, b) => place(a) - place(b));
    return { rows, roof: median(roofs), otherCores };
  } finally {
    for (const { contestant } of running) await contestant.close();
  }
}

/** Checks a contestant, then makes it ready for the timed case: the number of steps that take
 *  about one turn. */
async function prepare(c, entrant, contestant, { turn, directory }) {
  const { network, norm, batch, threads, mode, description } = c;
  const job = { network, norm, batch, threads, mode, description, optimiser: RECIPE };
  const checked = {
    batch: entrant.slow ? 4 : c.verifyBatch,
    steps: entrant.slow ? 1 : 3,
    directory,
  };
  const { versions, errors } = await verify(contestant, job, description, checked);
  const fixture = join(directory, `${c.id}.safetensors`);
  writeFixture(fixture, description, batch, makeFixture(description, batch));
  await contestant.ask({ do: "prepare", job: { ...job, fixture } });
  let steps = 1;
  let { milliseconds } = await contestant.ask({ do: "run", steps });
  if (!entrant.slow)
    for (let spent = milliseconds; spent < 3 * turn; spent += milliseconds) {
      steps = Math.max(1, Math.round((steps * turn) / milliseconds));
      ({ milliseconds } = await contestant.ask({ do: "run", steps }));
    }
  return { versions, errors, steps: Math.max(1, Math.round((steps * turn) / milliseconds)) };
}

/** Everyone in turn, forwards in even rounds and backwards in odd ones; the roof once a round. */
async function playRounds(c, running, { rounds, say }) {
  const roofs = [];
  for (let round = 0; round < rounds; round++) {
    say(`${c.id}: round ${round + 1} of ${rounds}`);
    roofs.push(measureRoof());
    for (const one of round % 2 ? running.toReversed() : running) {
      if (one.slow && round >= 2) continue;
      await sleep(PAUSE);
      const { milliseconds } = await one.contestant.ask({ do: "run", steps: one.steps });
      one.times[round] = milliseconds / one.steps;
    }
  }
  return roofs;
}

async function summary(c, { name, contestant, versions, errors, steps, times }) {
  const usage = await contestant.ask({ do: "usage" });
  const perStep = times.filter((ms) => ms !== undefined);
  const rate = (ms) => (1000 * c.batch) / ms;
  return {
    name,
    versions,
    errors,
    steps,
    milliseconds: times,
    imagesPerSecond: {
      median: rate(median(perStep)),
      lower: rate(quantile(perStep, 0.75)),
      upper: rate(quantile(perStep, 0.25)),
      best: rate(Math.min(...perStep)),
    },
    peakBytes: usage.peakBytes,
    cpuSeconds: usage.cpuSeconds,
  };
}

/** Linear interpolation between order statistics. */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

export const median = (values) => quantile(values, 0.5);
