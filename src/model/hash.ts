/** A model's identity: SHA-256 of its graph and of every bit of its parameters. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Model } from "./model.js";

/** Hex SHA-256 over the graph as JSON, then name, shape and float32 values (little-endian) of every parameter by name. */
export function modelHash({ inputShape, nodes, output, parameters }: Model): string {
  const hash = sha256.create();
  hash.update(utf8ToBytes(JSON.stringify({ inputShape, nodes, output })));
  for (const key of Object.keys(parameters).sort()) {
    const { shape, data } = parameters[key];
    hash.update(utf8ToBytes(`\0${key}\0${shape.join(",")}\0`));
    const words = new DataView(new ArrayBuffer(4 * data.length));
    data.forEach((value, i) => {
      words.setFloat32(4 * i, value, true);
    });
    hash.update(new Uint8Array(words.buffer));
  }
  return bytesToHex(hash.digest());
}
