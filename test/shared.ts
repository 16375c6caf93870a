/** Files that may lie beside the project in ../shared (or beside the folder that NORMLENS_TEST_DATA names): tests that
 *  need them are skipped, with a notice, where they do not. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const data = process.env.NORMLENS_TEST_DATA;
const root = data ? join(data, "..") : fileURLToPath(new URL("../../shared/", import.meta.url));

export const sharedPath = (path: string): string => join(root, path);

export const sharedFile = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(sharedPath(path)));

/** Whether all of them are there; says so if not. */
export function areShared(...paths: readonly string[]): boolean {
  const missing = paths.filter((path) => !existsSync(sharedPath(path)));
  if (missing.length > 0)
    process.stdout.write(
      `notice: ${missing.join(", ")} absent beside the project, tests skipped\n`,
    );
  return missing.length === 0;
}
