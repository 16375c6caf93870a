/** The lock files fit every platform. npm sometimes leaves out the optional packages of platforms
 *  other than its own; an installation from such a file fails, or lacks its tools, elsewhere. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Entry {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type Packages = Readonly<Record<string, Entry>>;

/** "package → optional dependency" for each that has no entry beside or below its dependent. */
const missing = (packages: Packages): readonly string[] =>
  Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) =>
        [`node_modules/${name}`, `${path}/node_modules/${name}`].every(
          (place) => packages[place]?.version === undefined,
        ),
      )
      .map((name) => `${path} → ${name}`),
  );

test.each(["package-lock.json", "bench/peers/package-lock.json", "test/peers/package-lock.json"])(
  "%s: every optional dependency has an entry",
  (file) => {
    const text = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
    const { packages } = JSON.parse(text) as { packages: Packages };
    expect(Object.keys(packages).length).toBeGreaterThan(10);
    expect(missing(packages)).toEqual([]);
  },
);

test("one that is left out is noticed", () => {
  const optionalDependencies = { "b-linux": "1.0.0", "b-win32": "1.0.0" };
  const packages = {
    "node_modules/b": { optionalDependencies },
    "node_modules/b-linux": { version: "1.0.0" },
  };
  expect(missing(packages)).toEqual(["node_modules/b → b-win32"]);
});
