/** Canonical JSON: equal values give equal bytes, whatever the order in which their keys were set. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { fail } from "../tensor/errors.js";

/** JSON with sorted keys and without spaces; keys whose value is undefined are left out. Numbers are written as
 *  ECMAScript defines it, which is the shortest text that reads back as the same number. */
export function canonicalJson(value: unknown, place = "value"): string {
  if (value === null || typeof value === "boolean" || typeof value === "string")
    return JSON.stringify(value);
  if (typeof value === "number") {
    if (Number.isFinite(value)) return JSON.stringify(value);
    return fail("data", `canonicalJson: got ${value}, expected a finite number or null (${place})`);
  }
  if (Array.isArray(value))
    return `[${value.map((item, i) => canonicalJson(item, `${place}[${i}]`)).join(",")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item, `${place}.${key}`)}`);
    return `{${entries.join(",")}}`;
  }
  return fail("data", `canonicalJson: got a ${typeof value}, expected JSON (${place})`);
}

/** SHA-256 in hex of a text's UTF-8 bytes. */
export const hashText = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));
