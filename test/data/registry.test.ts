import { expect, test } from "vitest";
import { type DatasetEntry, datasets, isDatasetName } from "../../src/data/registry.js";

const entries: readonly (readonly [string, DatasetEntry])[] = Object.entries(datasets);

test.each(entries)("%s is described in full", (name, entry) => {
  expect(isDatasetName(name)).toBe(true);
  expect(new Set(entry.classes).size).toBe(10);
  for (const text of [entry.title, entry.licence, entry.citation]) expect(text).not.toBe("");
  expect(entry.train).toBeGreaterThan(entry.validation);
  if (entry.source === "generated") return;
  for (const { sha256, bytes } of entry.source.files) {
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(bytes).toBeGreaterThan(1000);
  }
  for (const mirror of entry.source.mirrors) {
    expect(mirror.endsWith("/")).toBe(true);
    expect(new URL(mirror).pathname).toBe(mirror.slice(new URL(mirror).origin.length));
  }
  expect(new URL(entry.source.mirrors[0]).protocol).toBe("https:");
});

test("no two files share a checksum, and names that objects inherit are none", () => {
  const sums = entries.flatMap(([, { source }]) =>
    source === "generated" ? [] : source.files.map(({ sha256 }) => sha256),
  );
  expect(new Set(sums).size).toBe(9);
  expect(isDatasetName("constructor")).toBe(false);
});
