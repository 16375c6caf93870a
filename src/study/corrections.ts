/** Corrections for the number of tests: Holm over those that decide claims, Benjamini and Hochberg over the rest. */

import { isTiming } from "../measures/index.js";
import { foundingClaims, type ResolvedClaim } from "./claims/index.js";
import type { Compared, Contrast } from "./conclusions.js";
import { benjaminiHochberg, equivalenceTest, holm } from "./statistics/index.js";

/** How the name of a family with the clock ends. */
const CLOCK = " by the clock";

/** A test that decides. The founding claims and the published ones are two families, and so are tests with the clock,
 *  so that no other number depends on it. A test of both belongs to the founding claims. */
export interface Test {
  readonly key: string;
  readonly family: string;
  readonly margin: number | undefined;
}

/** The name of a contrast among those of a study. */
export const keyOf = ({ measure, arm, baseline, against, value }: Compared): string =>
  JSON.stringify([measure, arm, baseline, against ?? null, value ?? null]);

/** The tests by which claims are decided, as far as a design has their arms and measures. */
export const decidingTests = (claims: readonly ResolvedClaim[]): Test[] =>
  claims.flatMap(({ name, evidence }) =>
    evidence.flatMap(({ evidence: { primary, margin }, compared }) => {
      if (!primary || compared === null) return [];
      const clock = isTiming(compared.measure) ? CLOCK : "";
      const family = `${Object.hasOwn(foundingClaims, name) ? "founding" : "published"}${clock}`;
      return [{ key: keyOf(compared), family, margin }];
    }),
  );

/** Holm's correction within each family, Benjamini and Hochberg's over the rest. */
export function correct(
  known: ReadonlyMap<string, Contrast>,
  tests: readonly Test[],
): ReadonlyMap<string, Contrast> {
  const families = new Map<string, string>();
  for (const { key, family } of tests) if (!families.has(key)) families.set(key, family);
  const p = (key: string): number => known.get(key)?.pValue ?? 1;
  const holmP = within(families, p, holm);
  const rest = [...known].filter(([key, { pValue }]) => !families.has(key) && pValue !== null);
  const clocks = new Map(rest.map(([key, { measure }]) => [key, `${isTiming(measure)}`]));
  const fdrP = within(clocks, p, benjaminiHochberg);
  return new Map(
    [...known].map(([key, item]) => [
      key,
      { ...item, holmP: holmP.get(key) ?? null, fdrP: fdrP.get(key) ?? null },
    ]),
  );
}

/** The same for tests of equivalence, which are families of their own. */
export function correctEquivalence(
  tests: readonly Test[],
  known: ReadonlyMap<string, Contrast>,
): ReadonlyMap<string, number> {
  const families = new Map<string, string>();
  const raw = new Map<string, number>();
  for (const { key, family, margin } of tests) {
    if (margin === undefined) continue;
    const pairs = known.get(key)?.pairs ?? [];
    const name = marginKey(key, margin);
    if (!families.has(name)) families.set(name, family);
    raw.set(
      name,
      equivalenceTest(
        pairs.map((pair) => pair.difference),
        margin,
      ),
    );
  }
  return within(families, (name) => raw.get(name) ?? 1, holm);
}

export const marginKey = (key: string, margin: number | undefined): string =>
  `${key} within ${margin}`;

/** A correction applied to each family by itself. */
function within(
  families: ReadonlyMap<string, string>,
  pValue: (key: string) => number,
  correction: (pValues: readonly number[]) => number[],
): ReadonlyMap<string, number> {
  const adjusted = new Map<string, number>();
  for (const family of new Set(families.values())) {
    const keys = [...families].filter(([, own]) => own === family).map(([key]) => key);
    correction(keys.map(pValue)).forEach((p, i) => {
      adjusted.set(keys[i], p);
    });
  }
  return adjusted;
}

/** Number of different tests in the largest family without the clock. */
export function largestFamily(tests: readonly Test[]): number {
  const sizes = new Map<string, Set<string>>();
  const taken = new Set<string>();
  for (const { key, family } of tests) {
    if (taken.has(key) || family.endsWith(CLOCK)) continue;
    taken.add(key);
    sizes.set(family, (sizes.get(family) ?? new Set()).add(key));
  }
  return Math.max(0, ...[...sizes.values()].map((keys) => keys.size));
}
