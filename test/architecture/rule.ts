/** What a rule of the house is: a reading of the sources that says what breaks it, with a small project
 *  that breaks it and the complaints it must give, so that no rule is asleep. */
import type { Source } from "./source.js";

export interface Rule {
  readonly name: string;
  /** One sentence per violation: "file: what, why". */
  readonly violations: (sources: readonly Source[]) => readonly string[];
  readonly broken: Readonly<Record<string, string>>;
  readonly complaints: readonly string[];
}

export const inLibrary = (file: Source): boolean => file.path.startsWith("src/");

/** Applies a complaint about single files to those it is for. */
export const perFile =
  (applies: (file: Source) => boolean, complaints: (file: Source) => readonly string[]) =>
  (sources: readonly Source[]): readonly string[] =>
    sources
      .filter(applies)
      .flatMap((file) => complaints(file).map((complaint) => `${file.path}: ${complaint}`));
