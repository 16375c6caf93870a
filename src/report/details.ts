/** What measures left behind in the trials of a study, found again by measure and table. */

import { partsOf } from "../measures/index.js";
import { meanKnown } from "../measures/means.js";
import type { Study, TrialResult } from "../study/types.js";
import { rounded } from "./rounding.js";

export type Columns = Readonly<Record<string, readonly (number | null)[] | readonly string[]>>;

/** The details of a measure in a trial, at its plain settings or whichever come first by name. */
export const detailsOf = ({ measures }: TrialResult, measure: string) =>
  Object.entries(measures)
    .filter(([key, { details }]) => details !== undefined && partsOf(key)?.name === measure)
    .sort(([a], [b]) => (a < b ? -1 : 1))[0]?.[1].details;

/** The tables of a measure in those trials that have one. */
export const tablesOf = (
  trials: readonly TrialResult[],
  measure: string,
  table: string,
): { readonly trial: TrialResult; readonly table: Columns }[] =>
  trials.flatMap((trial) => {
    const found = detailsOf(trial, measure)?.tables[table];
    return found ? [{ trial, table: found }] : [];
  });

const isNumbers = (values: Columns[string]): values is readonly (number | null)[] =>
  values.every((value) => typeof value !== "string");

/** A column of numbers; empty if there is none. */
export function numbersIn(columns: Columns, name: string): (number | null)[] {
  const values = columns[name] ?? [];
  return isNumbers(values) ? [...values] : [];
}

/** A column of words; empty if there is none. */
export const wordsIn = (columns: Columns, name: string): string[] =>
  (columns[name] ?? []).map(String);

/** The trials of an arm, in the order of the seeds. */
export const trialsOfArm = ({ trials }: Study, arm: string): TrialResult[] =>
  trials.filter((trial) => trial.arm === arm);

/** Means of columns place by place, as far as the longest of them. */
export function columnMeans(columns: readonly (readonly (number | null)[])[]): (number | null)[] {
  const longest = Math.max(0, ...columns.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) =>
    rounded(meanKnown(columns.map((column) => column[i] ?? null)), 4),
  );
}
