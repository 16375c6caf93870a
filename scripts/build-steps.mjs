// What the set-up and the build share: running a tool, telling of it in one line, fingerprints,
// and a lock so that two commands started together do not build into the same folder.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("../", import.meta.url));

/** A stage that failed. The message holds the tool's output and what to do: show it and stop. */
export class StepError extends Error {}

/** Runs `work` as one stage: a line on standard error when it starts, the remedy when it fails. */
export async function stage(title, remedy, work) {
  process.stderr.write(`normlens: ${title}\n`);
  try {
    return await work();
  } catch (error) {
    const detail = error instanceof StepError ? error.message : (error?.stack ?? String(error));
    throw new StepError(`${detail.trimEnd()}\nnormlens: ${title} failed; ${remedy}`);
  }
}

/** Runs a Node program (or `program`) without a shell and returns its standard output; throws what
 *  it printed if it fails. */
export function run(script, options, { cwd = root, environment = process.env, program } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program ?? process.execPath, [script, ...options], {
      cwd,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [all, out] = [[], []];
    child.stdout.on("data", (chunk) => {
      all.push(chunk);
      out.push(chunk);
    });
    child.stderr.on("data", (chunk) => all.push(chunk));
    child.on("error", (error) => reject(new StepError(`${script}: ${error.message}`)));
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(out).toString());
      const text = Buffer.concat(all).toString();
      reject(new StepError(`${text}\n${script} ended with ${signal ?? `code ${code}`}`));
    });
  });
}

/** The files at or below the given paths (relative to the project), sorted; missing paths are empty. */
export function filesUnder(paths) {
  return paths.flatMap((path) => {
    const found = statSync(join(root, path), { throwIfNoEntry: false });
    if (found === undefined) return [];
    if (found.isFile()) return [path];
    return readdirSync(join(root, path), { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const inner = join(path, entry.name);
        if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesUnder([inner]);
        return [inner];
      });
  });
}

/** SHA-256 of the names and contents of files: of what they hold, not of when they were written. */
export function fingerprint(files, ...extra) {
  const hash = createHash("sha256");
  for (const text of extra) hash.update(`${text}\0`);
  for (const file of files) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file.split(sep).join("/")}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

const waiting =
  "normlens: waiting for another set-up of this folder to end (if there is none, delete dist/.lock)\n";

/** Runs `work` while no other set-up or build of this project runs; waits for that one to end. */
export async function exclusively(work) {
  const lock = join(root, "dist", ".lock");
  mkdirSync(join(root, "dist"), { recursive: true });
  let told = false;
  while (!claimed(lock)) {
    if (!told) process.stderr.write(waiting);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const release = () => rmSync(lock, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

/** Takes the lock file, also from a process that died with it. */
function claimed(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  try {
    const owner = Number(readFileSync(lock, "utf8"));
    if (owner > 0) process.kill(owner, 0); // signal 0 only asks whether the process lives
  } catch (error) {
    if (error.code === "ESRCH") rmSync(lock, { force: true });
  }
  return false;
}
