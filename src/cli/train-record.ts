/** What `normlens train` tells of an epoch: the rows of the terminal, of `--json` and of history.json. */

import type { EpochRecord } from "../training/index.js";

export interface EpochLine {
  readonly kind: "epoch";
  readonly epoch: number;
  readonly step: number;
  readonly train: { readonly loss: number; readonly accuracy: number };
  readonly validation?: { readonly loss: number; readonly accuracy: number };
  readonly imagesPerSecond: number;
  readonly memoryBytes: number;
}

export function epochLine(record: EpochRecord): EpochLine {
  const { epoch, step, train, validation, microsecondsPerImage, memoryBytes } = record;
  return {
    kind: "epoch",
    epoch,
    step,
    train: { loss: train.loss, accuracy: train.accuracy },
    ...(validation && {
      validation: { loss: validation.loss, accuracy: validation.accuracy },
    }),
    imagesPerSecond: microsecondsPerImage > 0 ? 1e6 / microsecondsPerImage : 0,
    memoryBytes,
  };
}
