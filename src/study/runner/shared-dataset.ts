/** A dataset in shared memory: handed to all threads of a pool without a copy for each. */

import type { Dataset, Split } from "../../data/dataset.js";

/** The same dataset, its arrays moved to shared memory. */
export function shareDataset(dataset: Dataset): Dataset {
  return {
    ...dataset,
    train: shareSplit(dataset.train),
    validation: shareSplit(dataset.validation),
  };
}

function shareSplit({ images, labels, masks, concepts }: Split): Split {
  const data =
    images.data instanceof Uint8Array
      ? shareBytes(images.data)
      : new Float32Array(shareBytes(bytesOf(images.data)).buffer);
  return {
    images: { ...images, data },
    labels: labels instanceof Uint8Array ? shareBytes(labels) : shareWords(labels),
    ...(masks && { masks: shareBytes(masks) }),
    ...(concepts && {
      concepts: { ...concepts, maps: shareWords(concepts.maps) },
    }),
  };
}

const bytesOf = (array: Float32Array | Uint16Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const shareWords = (words: Uint16Array): Uint16Array =>
  new Uint16Array(shareBytes(bytesOf(words)).buffer);

function shareBytes(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
