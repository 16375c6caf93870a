/** Files on disk: read within a limit, written as a whole or not at all. */

import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fail, NormLensError } from "../tensor/errors.js";
import { showBytes } from "./problems.js";

/** Refuse to read files beyond this unless told otherwise: 1 GiB. */
export const READ_LIMIT = 2 ** 30;

/** The bytes of a regular file of at most `limit` bytes. */
export async function readFileLimited(
  path: string,
  { limit = READ_LIMIT }: { limit?: number } = {},
): Promise<Uint8Array> {
  try {
    // O_NONBLOCK (absent on Windows): a named pipe opens at once instead of waiting for a writer.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return await readWhole(file, path, limit);
    } finally {
      await file.close();
    }
  } catch (error) {
    return rethrow(error, path, "read");
  }
}

async function readWhole(file: FileHandle, path: string, limit: number): Promise<Uint8Array> {
  const status = await file.stat();
  if (!status.isFile())
    fail("file", `${path}: got ${status.isDirectory() ? "a folder" : "a device"}, expected a file`);
  if (status.size > limit)
    fail(
      "file",
      `${path}: got ${showBytes(status.size)}, expected at most ${showBytes(limit)} (whole file); ` +
        "give the right file or raise the limit",
    );
  const bytes = new Uint8Array(status.size);
  let at = 0;
  while (at < bytes.length) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
    if (bytesRead === 0)
      fail(
        "file",
        `${path}: got ${showBytes(at)}, expected ${showBytes(bytes.length)} (it shrank while being ` +
          "read); wait until it is complete",
      );
    at += bytesRead;
  }
  return bytes;
}

/** Writes a file so that its name never shows half of it: a temporary file in the same folder is written,
 *  flushed to the disk and renamed. Missing folders are made. On failure nothing is left behind. */
export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}); // the first failure is the one to report
    rethrow(error, path, "written");
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist; check the path",
  EACCES: "access is denied; check its permissions",
  EPERM: "access is denied; check its permissions",
  EISDIR: "it is a folder; give a file",
  ENOTDIR: "a part of its path is a file; check the path",
  EEXIST: "a part of its path is a file; check the path",
  ENOSPC: "the disk is full; make room",
  EROFS: "the file system is read-only; choose another folder",
  EMFILE: "too many files are open; close some",
};

/** Turns a system error into the library's own, naming the file; lets the library's own pass. */
export function rethrow(error: unknown, path: string, deed: string): never {
  if (error instanceof NormLensError) throw error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return fail("file", `${path}: cannot be ${deed}: ${reason}`, error);
}
