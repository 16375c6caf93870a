import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readFileLimited, rethrow, writeAtomically } from "../../src/formats/files.node.js";
import { messageOf, rejection } from "./hostile.js";

const folder = mkdtempSync(join(tmpdir(), "normlens-files-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);

test("a file is read whole, up to the limit and no further", async () => {
  writeFileSync(path("five"), Uint8Array.of(1, 2, 3, 4, 5));
  expect(await readFileLimited(path("five"), { limit: 5 })).toEqual(Uint8Array.of(1, 2, 3, 4, 5));
  expect(await rejection(readFileLimited(path("five"), { limit: 4 }))).toBe(
    `${path("five")}: got 5 bytes, expected at most 4 bytes (whole file); ` +
      "give the right file or raise the limit",
  );
  writeFileSync(path("empty"), "");
  expect(await readFileLimited(path("empty"))).toEqual(new Uint8Array(0));
});

test("what is no readable file is named with the reason", async () => {
  mkdirSync(path("folder"));
  expect(await rejection(readFileLimited(path("none")))).toBe(
    `${path("none")}: cannot be read: it does not exist; check the path`,
  );
  expect(await rejection(readFileLimited(path("folder")))).toBe(
    `${path("folder")}: got a folder, expected a file`,
  );
  expect(await rejection(readFileLimited(path("five/below")))).toBe(
    `${path("five/below")}: cannot be read: a part of its path is a file; check the path`,
  );
});

test.skipIf(process.platform === "win32")(
  "a device or a pipe without writer ends at once",
  async () => {
    execFileSync("sh", ["-c", `mkfifo "${path("pipe")}"`]);
    for (const device of [path("pipe"), "/dev/zero"])
      expect(await rejection(readFileLimited(device))).toBe(
        `${device}: got a device, expected a file`,
      );
  },
);

test("writing makes missing folders, replaces what was there and leaves nothing else", async () => {
  const target = path("made/on/the/way.txt");
  await writeAtomically(target, "first");
  await writeAtomically(target, Uint8Array.of(50, 46));
  expect(readFileSync(target, "utf8")).toBe("2.");
  expect(readdirSync(path("made/on/the"))).toEqual(["way.txt"]);
});

test("many writers of one name: always one of their contents, whole", async () => {
  const contents = Array.from({ length: 20 }, (_, i) => String(i).repeat(20_000));
  const target = path("contended");
  await writeAtomically(target, contents[0]);
  let done = false;
  const seen = (async () => {
    while (!done) expect(contents).toContain(Buffer.from(await readFileLimited(target)).toString());
  })();
  await Promise.all(contents.map((content) => writeAtomically(target, content)));
  done = true;
  await seen;
});

test("a failed write leaves the old content and no temporary file", async () => {
  mkdirSync(path("taken/inside"), { recursive: true });
  const before = readdirSync(folder).sort();
  expect(await rejection(writeAtomically(path("taken"), "x"))).toMatch(
    /taken: cannot be written: /,
  );
  expect(readdirSync(folder).sort()).toEqual(before);
  expect(readdirSync(path("taken"))).toEqual(["inside"]);
  expect(await rejection(writeAtomically(path("five/x"), "x"))).toMatch(
    /five\/x: cannot be written: a part of its path is a file; check the path$/,
  );
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
  "denied access is said plainly",
  async () => {
    mkdirSync(path("locked"));
    chmodSync(path("locked"), 0o500);
    expect(await rejection(writeAtomically(path("locked/x"), "x"))).toBe(
      `${path("locked/x")}: cannot be written: access is denied; check its permissions`,
    );
  },
);

test("system errors get words, others keep theirs, the library's own pass", () => {
  const error = (code: string) => Object.assign(new Error(`${code}: raw`), { code });
  expect(messageOf(() => rethrow(error("ENOSPC"), "f", "written"))).toBe(
    "f: cannot be written: the disk is full; make room",
  );
  expect(messageOf(() => rethrow(error("EWEIRD"), "f", "written"))).toBe(
    "f: cannot be written: EWEIRD: raw",
  );
  expect(messageOf(() => rethrow("text", "f", "read"))).toBe("f: cannot be read: text");
  const own = messageOf(() => rethrow(error("ENOENT"), "g", "read"));
  expect(
    messageOf(() => {
      try {
        rethrow(error("ENOENT"), "g", "read");
      } catch (caught) {
        rethrow(caught, "f", "read");
      }
    }),
  ).toBe(own);
});
