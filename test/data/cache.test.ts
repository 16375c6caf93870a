import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { cacheFolder } from "../../src/data/cache.node.js";

test("the cache: the variable of our own first, then the system's, then the home folder", () => {
  const system = { XDG_CACHE_HOME: join("/", "caches") };
  expect(cacheFolder({ NORMLENS_CACHE: "here", ...system })).toBe(resolve("here"));
  expect(cacheFolder(system)).toBe(join("/", "caches", "normlens"));
  if (process.platform !== "win32")
    expect(cacheFolder({})).toBe(join(homedir(), ".cache", "normlens"));
  // An empty variable is as good as none.
  expect(cacheFolder({ NORMLENS_CACHE: "", ...system })).toBe(cacheFolder(system));
});
