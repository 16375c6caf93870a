/** From the text of an option to its value. Each reader says what it expects, once. */

import { NormLensError } from "../tensor/errors.js";
import { hint } from "../tensor/suggest.js";

/** Reads the text given for an option, or throws `option` with what was expected. */
export type Reader<T> = (text: string, flag: string) => T;

const refuse = (flag: string, text: string, expected: string): never => {
  throw new NormLensError("option", `${flag}: got "${text}", expected ${expected}`);
};

const shown = (n: number): string => n.toLocaleString("en-US");

/** A whole number from `least` to `most`. */
export const whole =
  (least: number, most = Number.MAX_SAFE_INTEGER): Reader<number> =>
  (text, flag) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const range =
      most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${shown(most)}`;
    return refuse(flag, text, `a whole number ${range}`);
  };

/** A number above 0. */
export const positive: Reader<number> = (text, flag) => {
  const value = Number(text);
  const valid =
    /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && value > 0 && Number.isFinite(value);
  return valid ? value : refuse(flag, text, "a number above 0, such as 0.001 or 1e-3");
};

/** Any text but none. */
export const word: Reader<string> = (text, flag) =>
  text.trim() === "" ? refuse(flag, text, "a name") : text;

/** One of a few names. */
export const choice =
  (names: readonly string[]): Reader<string> =>
  (text, flag) =>
    names.includes(text)
      ? text
      : refuse(flag, text, `one of ${names.join(", ")}${hint(text, names)}`);

/** Several of a few names, with commas between, each once. */
export const choices =
  (names: readonly string[]): Reader<readonly string[]> =>
  (text, flag) => {
    const found = text.split(",").map((name) => choice(names)(name.trim(), flag));
    const twice = found.find((name, i) => found.indexOf(name) < i);
    return twice === undefined
      ? found
      : refuse(flag, text, `each name once, "${twice}" is there twice`);
  };

/** Keys of measures with commas between, each once; the commas inside their settings belong to them. */
export const keys: Reader<readonly string[]> = (text, flag) => {
  const found = text.split(/,(?![^,/?]*=)/).map((key) => key.trim());
  if (found.includes("")) refuse(flag, text, "names with commas between");
  const twice = found.find((key, i) => found.indexOf(key) < i);
  return twice === undefined
    ? found
    : refuse(flag, text, `each key once, "${twice}" is there twice`);
};

/** "10" means seeds 0 … 9; "3,5,8" means these; "7," means the one seed 7. */
export const seeds: Reader<number | readonly number[]> = (text, flag) => {
  const expected = "a number of seeds (10 means 0 to 9) or a list such as 3,5,8";
  if (/^\d+$/.test(text)) {
    const n = Number(text);
    return n >= 1 && n <= 10_000 ? n : refuse(flag, text, `${expected}, at most 10,000`);
  }
  if (!/^\d+(,\d+)*,?$/.test(text)) return refuse(flag, text, expected);
  const list = text.replace(/,$/, "").split(",").map(Number);
  const twice = list.find((seed, i) => list.indexOf(seed) < i);
  return twice === undefined ? list : refuse(flag, text, `each seed once, ${twice} is there twice`);
};
