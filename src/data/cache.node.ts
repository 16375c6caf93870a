/** Where downloaded files are kept. */

import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The folder of the cache: `NORMLENS_CACHE` if set, else the system's place for caches
 *  (`XDG_CACHE_HOME`, `LOCALAPPDATA` on Windows, `~/.cache`) with "normlens" below it. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.NORMLENS_CACHE) return resolve(environment.NORMLENS_CACHE);
  const local = process.platform === "win32" ? environment.LOCALAPPDATA : undefined;
  return join(environment.XDG_CACHE_HOME || local || join(homedir(), ".cache"), "normlens");
}
