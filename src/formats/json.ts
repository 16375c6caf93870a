/** JSON from untrusted files: strict UTF-8, no key twice in one object (JSON.parse keeps the last silently), and
 *  no deeper than `MAX_DEPTH`, so that whoever walks or prints the value cannot run out of stack. */

import { badFile, showText } from "./problems.js";

/** Brackets and braces open at once. */
const MAX_DEPTH = 100;

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** The value in JSON bytes. `place` says which part of the file they are. */
export function readJson(bytes: Uint8Array, name: string, place: string): Json {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    return badFile(name, place, "bytes that are not UTF-8", "JSON text in UTF-8", undefined, error);
  }
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : "";
    return badFile(
      name,
      `${place}: ${why.slice(0, 120).replace(/[^ -~]/g, "?")}`,
      "text that is not JSON",
      "JSON",
    );
  }
  checkNesting(text, name, place);
  return value;
}

/** Whether a JSON value is an object (not null, not an array). */
export const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Refuses a valid JSON text that is nested too deeply or has an object that holds a key twice. */
function checkNesting(text: string, name: string, place: string): void {
  const open: (Set<string> | undefined)[] = []; // the keys so far of each open object; undefined for arrays
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (c === "{") open.push(new Set());
    else if (c === "[") open.push(undefined);
    else if (c === "}" || c === "]") open.pop();
    else if (c === '"') {
      const end = stringEnd(text, at);
      const keys = open.at(-1);
      if (keys && isKey(text, end)) {
        const key: string = JSON.parse(text.slice(at, end));
        if (keys.has(key)) badFile(name, place, `key ${showText(key)} twice`, "each key once");
        keys.add(key);
      }
      at = end - 1;
    }
    if (open.length > MAX_DEPTH)
      badFile(name, `${place}, character ${at}`, "deeper nesting", `at most ${MAX_DEPTH} levels`);
  }
}

/** Just after the closing quote of the string that opens at `at`. */
function stringEnd(text: string, at: number): number {
  let end = at + 1;
  while (text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
  return end + 1;
}

function isKey(text: string, at: number): boolean {
  while (text[at] === " " || text[at] === "\n" || text[at] === "\t" || text[at] === "\r") at++;
  return text[at] === ":";
}
