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
    labels: shareBytes(labels),
    ...(masks && { masks: shareBytes(masks) }),
    ...(concepts && {
      concepts: { ...concepts, maps: new Uint16Array(shareBytes(bytesOf(concepts.maps)).buffer) },
    }),
  };
}

const bytesOf = (array: Float32Array | Uint16Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function shareBytes(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
