/** What an option of the command line is. */

import type { Reader } from "./values.js";

export type CommandName =
  | "train"
  | "study"
  | "report"
  | "serve"
  | "explain"
  | "fold"
  | "audit"
  | "measures"
  | "claims"
  | "inspect"
  | "evaluate"
  | "compare"
  | "convert";

export interface OptionSpec<T> {
  /** The option and its argument as help shows them; no argument: a switch. */
  readonly flags: string;
  readonly commands: readonly CommandName[];
  /** What it means; where commands differ, one sentence each. */
  readonly help: string | Partial<Record<CommandName, string>>;
  /** What holds without it, in words. */
  readonly fallback?: string | Partial<Record<CommandName, string>>;
  readonly read: Reader<T>;
}

/** An entry of a table of options. */
export const option = <T>(spec: OptionSpec<T>): OptionSpec<T> => spec;

/** An option without an argument. */
export const aSwitch: Reader<boolean> = () => true;
