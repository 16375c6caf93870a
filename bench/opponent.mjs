/** The harness's side of the line protocol: one child process per contestant, asked one question
 *  at a time. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const PATIENCE = 300_000; // milliseconds until an answer is given up

/** Starts a contestant. `ask` rejects with what the contestant said, or with the end of its
 *  standard error if it died. */
export function opponent(command, args, environment = {}) {
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors = (errors + chunk).slice(-2000);
  });
  child.stdin.on("error", () => {}); // a dead contestant is reported by `ended`
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => {
    child.on("error", (error) => resolve(String(error)));
    child.on("close", (code) => resolve(`ended with code ${code}: ${errors.trim()}`));
  });

  async function ask(request) {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE / 1000} s`)), PATIENCE);
    });
    const died = ended.then((how) => Promise.reject(new Error(how)));
    died.catch(() => {});
    try {
      const { value, done } = await Promise.race([lines.next(), late]);
      if (done) return await died;
      const answer = JSON.parse(value);
      if (!answer.ok) throw new Error(answer.error);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    ask,
    async close() {
      if (child.exitCode === null && !child.killed) child.stdin.end('{"do":"close"}\n');
      const timer = setTimeout(() => child.kill(), 3000);
      await ended;
      clearTimeout(timer);
    },
  };
}
