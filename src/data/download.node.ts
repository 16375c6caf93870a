/** Fetching a dataset's files into the cache: from one mirror after the other, verified before anyone sees them. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { rethrow } from "../formats/files.node.js";
import { showBytes } from "../formats/problems.js";
import { checkCancelled, fail, NormLensError } from "../tensor/errors.js";
import type { RemoteFile } from "./registry.js";

export interface DownloadProgress {
  readonly file: string;
  readonly received: number;
  readonly total: number;
}

export interface DownloadOptions {
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  /** Give up on a mirror that sends nothing for this long, in milliseconds; defaults to 30,000. */
  readonly patience?: number;
}

/** Makes sure that `folder` holds the files, complete and verified, and returns their paths. Files that are there
 *  are checked and kept; a partial download (`.part`) goes on where it stopped, whichever mirror it came from. */
export async function fetchFiles(
  files: readonly RemoteFile[],
  mirrors: readonly string[],
  folder: string,
  options: DownloadOptions = {},
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true }).catch((error) => rethrow(error, folder, "made"));
  const paths: string[] = [];
  for (const file of files) {
    const path = join(folder, file.name);
    paths.push(path);
    if (await isComplete(path, file)) continue;
    const troubles = await fetchFile(file, mirrors, path, options);
    if (troubles.length > 0) unreachable(files, mirrors, folder, troubles);
  }
  return paths;
}

function unreachable(
  files: readonly RemoteFile[],
  mirrors: readonly string[],
  folder: string,
  troubles: readonly string[],
): never {
  const list = files.map((file) => `  ${file.name} (${showBytes(file.bytes)})`).join("\n");
  return fail(
    "file",
    `download: got no valid copy, expected the files from ${mirrors.join(" or ")} ` +
      `(${troubles.join("; ")}); connect to the internet and try again, or put these files\n${list}\n` +
      `into ${folder} or into a folder of yours that you name with --data-dir`,
  );
}

/** Tries the mirrors in turn; returns what went wrong if none had the file. */
async function fetchFile(
  file: RemoteFile,
  mirrors: readonly string[],
  path: string,
  options: DownloadOptions,
): Promise<readonly string[]> {
  const troubles: string[] = [];
  const part = `${path}.part`;
  for (const mirror of mirrors) {
    checkCancelled(options.signal, `download of ${file.name}`);
    const url = mirror + file.name;
    try {
      // What an earlier attempt left may be something else (a portal's login page, say): begin once more without it.
      const resumed = await receive(url, file, part, options);
      if (resumed && !(await isComplete(part, file))) {
        await rm(part, { force: true });
        await receive(url, file, part, options);
      }
      if (await isComplete(part, file)) {
        await rename(part, path);
        return [];
      }
      await rm(part, { force: true });
      troubles.push(`${url}: content with another SHA-256 than ${file.sha256}`);
    } catch (error) {
      checkCancelled(options.signal, `download of ${file.name}`);
      if (error instanceof NormLensError) throw error;
      troubles.push(`${url}: ${reasonOf(error)}`);
    }
  }
  return troubles;
}

/** fetch hides the reason ("fetch failed") in a chain of causes. */
function reasonOf(error: unknown): string {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  if (!(deepest instanceof Error)) return String(deepest);
  return "code" in deepest && !deepest.message ? String(deepest.code) : deepest.message;
}

/** Appends to `part` what is still missing of the file, or all of it where the server cannot resume.
 *  Returns whether it went on from an earlier part. */
async function receive(
  url: string,
  file: RemoteFile,
  part: string,
  { onProgress, signal, patience = 30_000 }: DownloadOptions,
): Promise<boolean> {
  let received = await sizeOf(part);
  if (received >= file.bytes) {
    await rm(part, { force: true });
    received = 0;
  }
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(new Error(`nothing for ${patience} ms`)), patience);
  try {
    const response = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, stall.signal]) : stall.signal,
      headers: received > 0 ? { range: `bytes=${received}-` } : {},
    });
    if (!response.ok || !response.body) throw new Error(`HTTP status ${response.status}`);
    const resumed =
      response.status === 206 &&
      response.headers.get("content-range")?.startsWith(`bytes ${received}-`) === true;
    if (response.status === 206 && !resumed) throw new Error("another range than asked for");
    if (!resumed) received = 0;
    const target = await open(part, resumed ? "a" : "w").catch((e) => rethrow(e, part, "written"));
    try {
      for await (const chunk of response.body) {
        timer.refresh();
        received += chunk.length;
        if (received > file.bytes) {
          await target.truncate(0);
          throw new Error(`more than ${showBytes(file.bytes)}`);
        }
        await target.appendFile(chunk).catch((e) => rethrow(e, part, "written"));
        onProgress?.({ file: file.name, received, total: file.bytes });
      }
    } finally {
      await target.close();
    }
    if (received < file.bytes)
      throw new Error(`ended after ${showBytes(received)} of ${showBytes(file.bytes)}`);
    return resumed;
  } finally {
    clearTimeout(timer);
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (status) => status.size,
    () => 0,
  );
}

/** Whether a file of the right size and sum lies at `path`. */
async function isComplete(path: string, file: RemoteFile): Promise<boolean> {
  if ((await sizeOf(path)) !== file.bytes) return false;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex") === file.sha256;
}
