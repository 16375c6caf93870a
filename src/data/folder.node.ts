/** Datasets in folders of the user's own, in any of the layouts that are common. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readCifar10 } from "../formats/cifar.js";
import { readFileLimited, rethrow } from "../formats/files.node.js";
import { gunzip } from "../formats/gzip.js";
import { readIdx } from "../formats/idx.js";
import { readNpz } from "../formats/npz.js";
import { readTar } from "../formats/tar.js";
import { checkCancelled, fail } from "../tensor/errors.js";
import type { Split } from "./dataset.js";
import { type FolderOptions, imageLayout } from "./image-folder.node.js";
import {
  imagesFromIdx,
  imagesFromNumpy,
  labelsFromIdx,
  labelsFromNumpy,
  splitFromCifar,
} from "./images.js";
import { CIFAR_ARCHIVE, IDX_NAMES } from "./registry.js";

/** What was found: the two splits and, if the folder itself names them, the classes. */
export interface Found {
  readonly train: Split;
  readonly validation: Split;
  readonly classes?: readonly string[];
  /** Whether images were brought to the size and colour asked for when they were read. */
  readonly isFitted?: boolean;
}

/** A layout: returns undefined if the folder does not have it. */
type Layout = (
  folder: string,
  names: ReadonlySet<string>,
  how: FolderOptions,
) => Promise<Found | undefined>;

/** Reads the dataset in `folder`, whichever layout it has. */
export async function readFolder(folder: string, how: FolderOptions): Promise<Found> {
  const names = new Set(await readdir(folder).catch((error) => rethrow(error, folder, "read")));
  for (const layout of [idxLayout, archiveLayout, cifarLayout, npzLayout, imageLayout]) {
    checkCancelled(how.signal, "loadDataset");
    const found = await layout(folder, names, how);
    if (found) return found;
  }
  const some = [...names].sort().slice(0, 5).join(", ");
  return fail(
    "file",
    `${folder}: got ${names.size === 0 ? "an empty folder" : some}${names.size > 5 ? ", …" : ""}, ` +
      "expected a dataset (whole folder); put one of these there: " +
      `${Object.values(IDX_NAMES).join(", ")} (plain or .gz); data_batch_1.bin and test_batch.bin; ` +
      "one .npz with x_train, y_train, x_test, y_test; train/ and validation/ or test/ with one " +
      `folder of PNG or JPEG files for each class${how.isHeldOut ? ", or such folders alone" : ""}`,
  );
}

const idxLayout: Layout = async (folder, names) => {
  const present = (name: string): string | undefined =>
    [name, `${name}.gz`].find((candidate) => names.has(candidate));
  const needed = Object.values(IDX_NAMES);
  if (!needed.some(present)) return undefined;
  const missing = needed.filter((name) => !present(name));
  if (missing.length > 0)
    fail(
      "file",
      `${folder}: got only a part of an IDX dataset, expected also ${missing.join(", ")} ` +
        "(plain or .gz); put the missing files there",
    );
  const read = async (name: string) => {
    const path = join(folder, present(name) ?? name);
    return { path, array: readIdx(await readFileLimited(path), path) };
  };
  const split = async (images: string, labels: string): Promise<Split> => {
    const [pixels, classes] = [await read(images), await read(labels)];
    const converted = imagesFromIdx(pixels.array, pixels.path);
    const { array, path } = classes;
    return { images: converted, labels: labelsFromIdx(array, path, converted.count) };
  };
  return {
    train: await split(IDX_NAMES.trainImages, IDX_NAMES.trainLabels),
    validation: await split(IDX_NAMES.testImages, IDX_NAMES.testLabels),
  };
};

/** data_batch_1.bin … and test_batch.bin; a name may go on after the number ("data_batch_1_first5000.bin"). */
const cifarLayout: Layout = async (folder, names) => {
  const matching = (pattern: RegExp): string[] => [...names].filter((n) => pattern.test(n)).sort();
  const train = matching(/^data_batch_\d.*\.bin$/);
  const test = matching(/^test_batch.*\.bin$/);
  if (train.length === 0 && test.length === 0) return undefined;
  if (train.length === 0 || test.length === 0)
    fail(
      "file",
      `${folder}: got only a part of CIFAR-10, expected also ` +
        `${train.length === 0 ? "data_batch_1.bin" : "test_batch.bin"}; put the missing file there`,
    );
  for (const number of "123456789") checkOnce(folder, train, `data_batch_${number}`);
  checkOnce(folder, test, "test_batch");
  const split = async (files: readonly string[]): Promise<Split> => {
    const batches = [];
    for (const file of files) {
      const path = join(folder, file);
      batches.push(readCifar10(await readFileLimited(path), path));
    }
    return splitFromCifar(batches);
  };
  return { train: await split(train), validation: await split(test) };
};

/** A batch and a slice of it together would be the same images twice. */
function checkOnce(folder: string, files: readonly string[], batch: string): void {
  const found = files.filter((file) => new RegExp(`^${batch}(?!\\d)`).test(file));
  if (found.length > 1)
    fail("file", `${folder}: got ${found.join(", ")}, expected one ${batch}; remove the others`);
}

/** The archive of CIFAR-10 as its author offers it. */
const archiveLayout: Layout = async (folder, names) => {
  if (!names.has(CIFAR_ARCHIVE)) return undefined;
  const path = join(folder, CIFAR_ARCHIVE);
  const files = readTar(gunzip(await readFileLimited(path), path), path);
  const batches = (pattern: RegExp, first: string) => {
    const found = [...files]
      .filter(([name]) => pattern.test(name))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    if (found.length === 0)
      fail(
        "file",
        `${path}: got no ${first}, expected the batches of CIFAR-10 (contents); fetch the archive again`,
      );
    return splitFromCifar(found.map(([name, bytes]) => readCifar10(bytes, `${path}, ${name}`)));
  };
  return {
    train: batches(/data_batch_\d\.bin$/, "data_batch_1.bin"),
    validation: batches(/test_batch\.bin$/, "test_batch.bin"),
  };
};

const npzLayout: Layout = async (folder, names) => {
  const files = [...names].filter((name) => name.endsWith(".npz"));
  if (files.length === 0) return undefined;
  if (files.length > 1)
    fail("file", `${folder}: got ${files.sort().join(", ")}, expected one .npz; remove the others`);
  const path = join(folder, files[0]);
  const arrays = readNpz(await readFileLimited(path), path);
  const get = (key: string) => {
    const array = arrays.get(key);
    const keys = [...arrays.keys()].join(", ");
    if (!array)
      return fail(
        "file",
        `${path}: got arrays ${keys}, expected ${key} (names of arrays); ` +
          "save it with x_train, y_train, x_test and y_test",
      );
    return { array, name: `${path}, array "${key}"` };
  };
  const split = (x: string, y: string): Split => {
    const [pixels, labels] = [get(x), get(y)];
    const images = imagesFromNumpy(pixels.array, pixels.name);
    return { images, labels: labelsFromNumpy(labels.array, labels.name, images.count) };
  };
  return { train: split("x_train", "y_train"), validation: split("x_test", "y_test") };
};
