/** A contestant's side of the line protocol: one JSON request a line on standard input, one JSON
 *  answer a line on standard output. describe → {versions, conventions}; prepare {job}; verify
 *  {steps, out} → {losses}; run {steps} → {milliseconds}; usage → {peakBytes, cpuSeconds}; close. */

import { createInterface } from "node:readline";
import { BATCHES, readFixture, writeTensors } from "./fixture.mjs";

/** `prepare(job, parameters)` gives `{ step(x, labels), parameters(), close() }`; in forward jobs
 *  `step` returns the logits, else the loss. */
export async function serve({ versions, conventions, prepare }) {
  let fixture;
  let job;
  let runner;
  let cursor = 0;
  const step = () => runner.step(fixture.x[cursor % BATCHES], fixture.labels[cursor++ % BATCHES]);

  const answers = {
    describe: () => ({ versions, conventions }),
    async prepare(request) {
      await runner?.close?.();
      job = request.job;
      fixture = readFixture(job.fixture);
      cursor = 0;
      runner = await prepare(job, fixture.parameters);
    },
    async verify({ steps, out }) {
      if (job.mode === "forward") {
        const logits = Float32Array.from(await step());
        writeTensors(out, [["logits", "F32", [logits.length], logits]]);
        return { losses: [] };
      }
      const losses = [await step()];
      const first = Object.entries(await runner.parameters());
      writeTensors(
        out,
        first.map(([name, { shape, data }]) => [name, "F32", shape, data]),
      );
      while (losses.length < steps) losses.push(await step());
      return { losses };
    },
    async run({ steps }) {
      const start = performance.now();
      for (let k = 0; k < steps; k++) await step();
      return { milliseconds: performance.now() - start };
    },
    usage() {
      const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
      return { peakBytes: maxRSS * 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 };
    },
  };

  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    if (request.do === "close") break;
    try {
      reply({ ok: true, ...(await answers[request.do](request)) });
    } catch (error) {
      reply({ ok: false, error: String(error?.stack ?? error) });
    }
  }
  process.exit(0);
}

const reply = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
