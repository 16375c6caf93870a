import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { type DownloadProgress, fetchFiles } from "../../src/data/download.node.js";
import { rejection } from "../formats/hostile.js";
import { folderOf } from "./folders.js";
import { serve } from "./server.js";

const contents = {
  "a.gz": Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251),
  "b.gz": Uint8Array.from({ length: 42 }, (_, i) => i),
};
const [a, b] = Object.entries(contents).map(([name, bytes]) => ({
  name,
  bytes: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
}));
const { hangUp, mirror, requests } = await serve(contents);
beforeEach(() => requests.splice(0));

/** The remedy of every failed download. */
const remedy = (folder: string): string =>
  "; connect to the internet and try again, or put these files\n  a.gz (5,000 bytes)\n" +
  `  b.gz (42 bytes)\ninto ${folder} or into a folder of yours that you name with --data-dir`;

test("files are fetched, with progress, and lie complete in the folder", async () => {
  const folder = join(folderOf({}), "made");
  const progress: DownloadProgress[] = [];
  const onProgress = (p: DownloadProgress): unknown => progress.push(p);
  expect(await fetchFiles([a, b], [mirror("sound")], folder, { onProgress })).toEqual([
    join(folder, "a.gz"),
    join(folder, "b.gz"),
  ]);
  expect(readdirSync(folder).sort()).toEqual(["a.gz", "b.gz"]);
  for (const [name, bytes] of Object.entries(contents))
    expect(new Uint8Array(readFileSync(join(folder, name)))).toEqual(bytes);
  expect(progress.at(-1)).toEqual({ file: "b.gz", received: 42, total: 42 });
  const steps = progress.filter(({ file }) => file === "a.gz");
  expect(steps.at(-1)).toEqual({ file: "a.gz", received: 5000, total: 5000 });
  expect(steps.map(({ received }) => received)).toEqual(
    steps.map(({ received }) => received).sort((x, y) => x - y),
  );
});

test("what is there is verified and kept; what is damaged is fetched again", async () => {
  const folder = folderOf(contents);
  await fetchFiles([a, b], [mirror("sound")], folder);
  expect(requests).toEqual([]);
  writeFileSync(join(folder, "b.gz"), contents["b.gz"].slice().fill(1));
  writeFileSync(join(folder, "a.gz"), contents["a.gz"].slice(1));
  await fetchFiles([a, b], [mirror("sound")], folder);
  expect(requests).toEqual(["sound/a.gz whole", "sound/b.gz whole"]);
  expect(new Uint8Array(readFileSync(join(folder, "b.gz")))).toEqual(contents["b.gz"]);
});

test("a broken download goes on at the next mirror where it stopped", async () => {
  const folder = folderOf({});
  const onProgress = ({ received }: DownloadProgress): void => {
    if (received === 1500 || received === 3000) hangUp();
  };
  const mirrors = [mirror("breaking"), mirror("breaking"), mirror("sound")];
  await fetchFiles([a], mirrors, folder, { onProgress });
  expect(requests).toEqual([
    "breaking/a.gz whole",
    "breaking/a.gz bytes=1500-",
    "sound/a.gz bytes=3000-",
  ]);
  expect(new Uint8Array(readFileSync(join(folder, "a.gz")))).toEqual(contents["a.gz"]);
  expect(readdirSync(folder)).toEqual(["a.gz"]);
});

test("a broken download goes on at the next start", async () => {
  const folder = folderOf({ "a.gz.part": contents["a.gz"].slice(0, 2000) });
  await fetchFiles([a], [mirror("sound")], folder);
  expect(requests).toEqual(["sound/a.gz bytes=2000-"]);
  expect(new Uint8Array(readFileSync(join(folder, "a.gz")))).toEqual(contents["a.gz"]);
});

test("a server that knows no ranges sends all of it, which replaces the part", async () => {
  const folder = folderOf({ "a.gz.part": new Uint8Array(2000) });
  await fetchFiles([a], [mirror("fromTheStart")], folder);
  expect(requests).toEqual(["fromTheStart/a.gz bytes=2000-"]);
  expect(new Uint8Array(readFileSync(join(folder, "a.gz")))).toEqual(contents["a.gz"]);
});

test("what a login page has left does not spoil the next mirror", async () => {
  const folder = folderOf({});
  await fetchFiles([a], [mirror("portal"), mirror("sound")], folder);
  expect(requests).toEqual(["portal/a.gz whole", "sound/a.gz bytes=26-", "sound/a.gz whole"]);
  expect(new Uint8Array(readFileSync(join(folder, "a.gz")))).toEqual(contents["a.gz"]);
});

test("a slow mirror is given time as long as something comes", async () => {
  const folder = folderOf({});
  await fetchFiles([a], [mirror("slow")], folder, { patience: 1500 });
  expect(new Uint8Array(readFileSync(join(folder, "a.gz")))).toEqual(contents["a.gz"]);
});

test("a part that is too long is dropped", async () => {
  const folder = folderOf({ "a.gz.part": new Uint8Array(6000) });
  await fetchFiles([a], [mirror("sound")], folder);
  expect(requests).toEqual(["sound/a.gz whole"]);
});

const failures = [
  ["absent", /HTTP status 404/, 0],
  ["short", /ended after 1,200 bytes of 5,000 bytes/, 1200],
  ["false", /content with another SHA-256 than [0-9a-f]{64}/, undefined],
  ["endless", /more than 5,000 bytes/, 0],
  ["offset", /another range than asked for/, undefined],
  ["silent", /nothing for 1500 ms/, 100],
] as const;

test.each(failures)(
  "a mirror that is %s: the error says so, no file appears",
  async (manner, reason, part) => {
    const folder = folderOf({});
    const message = await rejection(
      fetchFiles([a, b], [mirror(manner)], folder, manner === "silent" ? { patience: 1500 } : {}),
    );
    expect(message).toMatch(reason);
    expect(message).toContain(
      `got no valid copy, expected the files from ${mirror(manner)} (${mirror(manner)}a.gz: `,
    );
    expect(message.endsWith(remedy(folder))).toBe(true);
    expect(existsSync(join(folder, "a.gz"))).toBe(false);
    const left = readdirSync(folder).map((name) => readFileSync(join(folder, name)).length);
    expect(left).toEqual(part === undefined ? [] : manner === "absent" ? [] : [part]);
    await fetchFiles([a, b], [mirror("sound")], folder);
    expect(readdirSync(folder).sort()).toEqual(["a.gz", "b.gz"]);
  },
);

test("offline: which files, from where, why not, and where to put them", async () => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve)); // now nobody listens there
  const nobody = `http://127.0.0.1:${port}/`;
  const folder = folderOf({});
  expect(await rejection(fetchFiles([a, b], [`${nobody}one/`, `${nobody}two/`], folder))).toBe(
    `download: got no valid copy, expected the files from ${nobody}one/ or ${nobody}two/ ` +
      `(${nobody}one/a.gz: connect ECONNREFUSED 127.0.0.1:${port}; ` +
      `${nobody}two/a.gz: connect ECONNREFUSED 127.0.0.1:${port})${remedy(folder)}`,
  );
});

test("cancelling stops at once, keeps the part and is no mirror's fault", async () => {
  const folder = folderOf({});
  const controller = new AbortController();
  const onProgress = (): void => controller.abort();
  const options = { onProgress, signal: controller.signal };
  expect(
    await rejection(fetchFiles([a], [mirror("silent"), mirror("sound")], folder, options)),
  ).toBe("download of a.gz: cancelled by the caller");
  expect(requests).toEqual(["silent/a.gz whole"]);
  expect(readFileSync(join(folder, "a.gz.part")).length).toBe(100);
});

test("a folder that cannot be made is named", async () => {
  const folder = join(folderOf({ file: "" }), "file", "below");
  expect(await rejection(fetchFiles([a], [mirror("sound")], folder))).toBe(
    `${folder}: cannot be made: a part of its path is a file; check the path`,
  );
});
