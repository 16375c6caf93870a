/** What stands in the way of a model, all of it at once: which operator or layer, where, why, and what would help. */

import { fail } from "../../tensor/errors.js";

export interface Obstacle {
  /** "node 12 "/conv/Conv", Conv (reads "a", "b")". */
  readonly place: string;
  readonly why: string;
  readonly remedy: string;
}

/** Why an operator or layer cannot be taken, and what would help. Collected, never thrown at a caller. */
export class Refusal extends Error {
  readonly remedy: string;
  constructor(why: string, remedy: string) {
    super(why);
    this.remedy = remedy;
  }
}

export function refuse(why: string, remedy: string): never {
  throw new Refusal(why, remedy);
}

const SHOWN = 40;

/** Throws all obstacles as one error. `what`: the file's word for one of its parts; `of`: how many parts of which kind. */
export function refuseAll(
  name: string,
  obstacles: readonly Obstacle[],
  { what, of }: { readonly what: string; readonly of: string },
): never {
  const lines = obstacles
    .slice(0, SHOWN)
    .map(({ place, why, remedy }) => `  ${place}: ${why}; ${remedy}`);
  const more = obstacles.length > SHOWN ? [`  … and ${obstacles.length - SHOWN} more`] : [];
  const count = `${obstacles.length} ${what}${obstacles.length === 1 ? "" : "s"}`;
  return fail(
    "unsupported",
    `${name}: got ${count} that cannot be taken, expected only those of docs/models.md ` +
      `(${obstacles.length} of ${of}); nothing was approximated:\n${[...lines, ...more].join("\n")}`,
  );
}
