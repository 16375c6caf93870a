/** Installs a folder's own package of peers (`bench/peers`, `test/peers`) from its lock file,
 *  without running any install script. As a program: `node bench/install-peers.mjs FOLDER`.
 *  Instant when nothing changed. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fingerprint, root, run, StepError, stage } from "../scripts/build-steps.mjs";
import { foreign, npm } from "../scripts/install.mjs";

export async function installPeers(folder) {
  const stamp = join(root, folder, "node_modules", ".normlens");
  const wanted = `${process.platform}-${process.arch} ${fingerprint([join(folder, "package-lock.json")])}`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const { environment, ...options } = foreign(join(root, folder));
  const remedy = "check the network connection and run the command again.";
  await stage(`installing the peers of ${folder} (npm ci)`, remedy, async () => {
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    // onnxruntime-node would otherwise fetch CUDA libraries.
    const skip = { ...environment, ONNXRUNTIME_NODE_INSTALL: "skip" };
    await run(npm(), ["ci", ...flags], { ...options, environment: skip });
    writeFileSync(stamp, wanted);
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await installPeers(process.argv[2]).catch((error) => {
    if (!(error instanceof StepError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  });
