/** The command line that makes a page again. */

import { quoted } from "../report/command.js";
import { methodNames } from "./names.js";
import { type Options, optionTable } from "./options.js";

/** "normlens evaluate model.onnx --data cifar10 --explained 64": all that was asked but what is written on standard
 *  output. */
export function commandAgain(name: string, paths: readonly string[], options: Options): string {
  const { json: _, ...given } = options;
  const flags = Object.entries(given).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const [flag] = optionTable[key as keyof Options].flags.split(" ").filter((f) => /^--/.test(f));
    return value === true ? [flag] : [flag, quoted(wordOf(key, value))];
  });
  return ["normlens", name, ...paths.map(quoted), ...flags].join(" ");
}

/** A value as its option reads it. */
function wordOf(key: string, value: unknown): string {
  if (key === "inputShape" && Array.isArray(value)) return value.join("x");
  return key === "method" && `${value}` === `${methodNames}` ? "all" : `${value}`;
}
