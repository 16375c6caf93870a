/** What a dataset contains, in 64 hex digits. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { checkDataset, type Dataset, type Split } from "./dataset.js";

/** SHA-256 in hex of a dataset's classes, shapes, pixels, labels, masks and concept maps; not of its name, so
 *  that the same files under another name are the same data. Numbers are hashed as they lie in memory,
 *  which is little-endian wherever WebAssembly runs. */
export function fingerprint(dataset: Omit<Dataset, "fingerprint">): string {
  const hash = sha256.create();
  const splits = [dataset.train, dataset.validation];
  // The header fixes every length, so no two datasets can lead to the same sequence of bytes.
  hash.update(
    utf8ToBytes(JSON.stringify({ classes: dataset.classes, splits: splits.map(describe) })),
  );
  for (const { images, labels, masks, concepts } of splits)
    for (const array of [images.data, labels, masks, concepts?.maps])
      if (array) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return bytesToHex(hash.digest());
}

function describe({ images, masks, concepts }: Split): unknown {
  return {
    shape: images.shape,
    count: images.count,
    values: images.data instanceof Float32Array ? "float32" : "byte",
    masks: masks !== undefined,
    concepts: concepts?.names ?? null,
  };
}

/** A checked dataset with its fingerprint. Throws as `checkDataset` does. */
export function dataset(parts: Omit<Dataset, "fingerprint">): Dataset {
  checkDataset(parts);
  return { ...parts, fingerprint: fingerprint(parts) };
}
