/** Pictures in folders, one folder for each class: `train/cat/001.png`, `validation/cat/002.jpg`, … */

import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { readFileLimited, rethrow } from "../formats/files.node.js";
import { readJpeg } from "../formats/jpeg.js";
import type { Picture } from "../formats/pixels.js";
import { readPng } from "../formats/png.node.js";
import { checkCancelled, fail } from "../tensor/errors.js";
import type { Split } from "./dataset.js";
import { imagesFromPictures } from "./images.js";

const READERS: Readonly<Record<string, (bytes: Uint8Array, name: string) => Picture>> = {
  ".png": readPng,
  ".jpg": readJpeg,
  ".jpeg": readJpeg,
};

/** Largest picture file read, in bytes. */
const FILE_LIMIT = 2 ** 26;
/** Largest dataset of pictures, in bytes of pixels. */
const TOTAL_LIMIT = 2 ** 31;

interface Labelled {
  readonly path: string;
  readonly label: number;
  readonly picture: Picture;
}

/** Both splits; the classes are the folders of `train`, in alphabetical order. */
export async function readImageFolder(train: string, validation: string, signal?: AbortSignal) {
  const classes = await subfolders(train);
  if (classes.length === 0)
    fail(
      "file",
      `${train}: got no folder, expected one for each class; sort the pictures in folders`,
    );
  const unknown = (await subfolders(validation)).filter((name) => !classes.includes(name));
  if (unknown.length > 0)
    fail(
      "file",
      `${validation}: got class ${unknown.join(", ")}, expected only ${classes.join(", ")} ` +
        "(folders of the training set); rename or remove the folders",
    );
  const [a, b] = [
    await readSplit(train, classes, signal),
    await readSplit(validation, classes, signal),
  ];
  checkSizes([...a, ...b]);
  const images = imagesFromPictures([...a, ...b].map(({ picture }) => picture));
  const [C, H, W] = images.shape;
  const labels = Uint8Array.from([...a, ...b], ({ label }) => label);
  const part = (from: number, to: number): Split => ({
    images: {
      ...images,
      count: to - from,
      data: images.data.subarray(from * C * H * W, to * C * H * W),
    },
    labels: labels.subarray(from, to),
  });
  return { classes, train: part(0, a.length), validation: part(a.length, a.length + b.length) };
}

async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error) =>
    rethrow(error, folder, "read"),
  );
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  return folders.map(({ name }) => name).sort(byCode);
}

/** The order of code units: the same whatever the system's language. */
const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function readSplit(
  folder: string,
  classes: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Labelled[]> {
  const present = new Set(await subfolders(folder));
  const found: Labelled[] = [];
  let total = 0;
  for (const [label, name] of classes.entries()) {
    if (!present.has(name)) continue;
    const names = await readdir(join(folder, name)).catch((error) =>
      rethrow(error, folder, "read"),
    );
    for (const file of names.sort(byCode)) {
      const read = READERS[extname(file).toLowerCase()];
      if (!read) continue; // text files, thumbnails' databases and the like
      checkCancelled(signal, "loadDataset");
      const path = join(folder, name, file);
      const picture = read(await readFileLimited(path, { limit: FILE_LIMIT }), path);
      total += picture.data.length;
      if (total > TOTAL_LIMIT)
        fail("file", `${path}: got more than 2 GiB of pixels so far; scale the pictures down`);
      found.push({ path, label, picture });
    }
  }
  if (found.length === 0)
    fail("file", `${folder}: got no PNG or JPEG file, expected some in each class's folder`);
  return found;
}

/** All pictures must be as large as most of them; the message lists those that are not. */
function checkSizes(all: readonly Labelled[]): void {
  const counts = new Map<string, number>();
  const sizeOf = ({ picture }: Labelled): string => `${picture.width} × ${picture.height}`;
  for (const one of all) counts.set(sizeOf(one), (counts.get(sizeOf(one)) ?? 0) + 1);
  if (counts.size === 1) return;
  const [common] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best));
  const others = all.filter((one) => sizeOf(one) !== common);
  const list = others.slice(0, 10).map((one) => `  ${one.path}: ${sizeOf(one)}`);
  if (others.length > 10) list.push(`  and ${others.length - 10} more`);
  fail(
    "file",
    `image folder: got ${counts.size} sizes of pictures, expected one (most are ${common}); ` +
      `scale or remove these\n${list.join("\n")}`,
  );
}
