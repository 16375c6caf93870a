// `npm ci`, when node_modules is missing or is not what package-lock.json names.

import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fingerprint, root, run, StepError, stage } from "./build-steps.mjs";

const platform = `${process.platform}-${process.arch}`;
const stamp = join(root, "node_modules", ".normlens");
const wanted = () => `${platform} ${fingerprint(["package-lock.json"])}`;

/** True if node_modules holds what package-lock.json names, for this platform. */
export function installed() {
  const found = existsSync(stamp) ? readFileSync(stamp, "utf8") : platform;
  if (found === wanted()) return true;
  // A developer's own `npm install` leaves no stamp of ours, but npm writes down what it installed.
  if (!found.startsWith(platform) || !sameTree()) return false;
  writeFileSync(stamp, wanted());
  return true;
}

/** Installs exactly the lock file's packages, the tools of the build included. */
export async function install() {
  const remedy =
    "check the network connection (and the proxy or registry of `npm config list`), " +
    "delete node_modules, and run the command again.";
  await stage("installing the dependencies (npm ci)", remedy, async () => {
    const quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--include=dev"];
    await run(npm(), ["ci", ...quiet]);
    writeFileSync(stamp, wanted());
  });
}

/** Whether npm's record of node_modules names the same packages as the lock file. Optional ones
 *  are left out: they depend on the platform. */
function sameTree() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const [lock, tree] = [join(root, "package-lock.json"), record].map((file) =>
    Object.entries(JSON.parse(readFileSync(file, "utf8")).packages)
      .filter(([path, entry]) => path !== "" && !entry.optional)
      .map(([path, entry]) => `${path} ${entry.version} ${entry.integrity}`)
      .sort()
      .join("\n"),
  );
  return lock === tree;
}

/** npm's own script, so that Node runs it directly: no shell, and no `npm.cmd` on Windows. */
export function npm() {
  const script = join("node_modules", "npm", "bin", "npm-cli.js");
  const given = process.env.npm_execpath;
  const node = dirname(process.execPath);
  const folders = (process.env.PATH ?? process.env.Path ?? "").split(delimiter).filter(Boolean);
  const candidates = [
    ...(given?.endsWith("npm-cli.js") ? [given] : []),
    ...[node, ...folders].flatMap((folder) => [
      join(folder, script),
      join(folder, "..", "lib", script),
      join(folder, "npm"),
    ]),
  ];
  for (const candidate of candidates) {
    if (!existsSync(candidate)) continue;
    const real = realpathSync(candidate);
    if (real.endsWith("npm-cli.js")) return real;
  }
  throw new StepError("npm was not found beside Node or on the PATH; install Node with its npm.");
}

/** Options of `run` for npm in a folder that is not the project's: without the variables that npm
 *  gives its scripts, which would lead it back here. */
export function foreign(cwd) {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^npm_(?!config_registry)/i.test(name),
  );
  return { cwd, environment: Object.fromEntries(own) };
}
