/** Pictures in folders, one folder for each class: `train/cat/001.png`, `validation/cat/002.jpg`, … */

import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { readFileLimited, rethrow } from "../formats/files.node.js";
import { type Fit, fitPlanes } from "../formats/fitting.js";
import { readPicture } from "../formats/picture.node.js";
import type { Picture } from "../formats/pixels.js";
import { badFile, naming } from "../formats/problems.js";
import { refuseStrangers } from "../formats/strangers.js";
import { checkCancelled, fail } from "../tensor/errors.js";
import { type Images, imageBatch, type Labels, type Split } from "./dataset.js";
import { BACKGROUND } from "./fitting.js";
import type { Found } from "./folder.node.js";
import { imagesFromPictures } from "./images.js";

export interface FolderOptions {
  readonly fits: readonly Fit[];
  readonly isHeldOut?: boolean;
  readonly train?: number;
  readonly validation?: number;
  readonly signal?: AbortSignal;
  /** After every picture of a split: how many of it are read. */
  readonly onPicture?: (done: number, of: number) => void;
}

const PICTURES = new Set([".png", ".jpg", ".jpeg"]);
const OTHERS = new Set([".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif"]);
const HELD = ["validation", "val", "test"];

/** Largest picture file read, in bytes. */
const FILE_LIMIT = 2 ** 26;
/** Largest dataset of pictures, in bytes of pixels. */
const TOTAL_LIMIT = 2 ** 31;

interface Labelled {
  readonly path: string;
  readonly label: number;
  /** One image. */
  readonly image: Images;
}

/** Training and validation in folders of these names, or classes alone, if a finished model is to be looked at. */
export async function imageLayout(
  folder: string,
  names: ReadonlySet<string>,
  how: FolderOptions,
): Promise<Found | undefined> {
  const held = HELD.find((name) => names.has(name));
  if (names.has("train")) {
    if (held) return readImageFolder(join(folder, "train"), join(folder, held), how);
    return fail(
      "file",
      `${folder}: got train/ alone, expected validation/ or test/ beside it; add that folder${how.isHeldOut ? ", or name train/ itself" : ""}`,
    );
  }
  const only = held === undefined ? folder : join(folder, held);
  const classes = await subfolders(only);
  const lists = await Promise.all(classes.map((name) => picturesOf(join(only, name))));
  if (!lists.some((files) => files.length > 0)) {
    if (![...names].some((name) => PICTURES.has(extname(name).toLowerCase()))) return undefined;
    fail(
      "file",
      `${folder}: got pictures without classes, expected a folder of them for each class; sort them in folders named after the classes`,
    );
  }
  if (how.isHeldOut) return readImageFolder(undefined, only, how);
  const some = `${classes.slice(0, 3).join(", ")}${classes.length > 3 ? ", …" : ""}`;
  return fail(
    "file",
    `${folder}: got ${held === undefined ? `folders ${some}` : `${held}/ alone`}, expected train/ and validation/ with a folder for each class; ` +
      `put the pictures to train on in train/`,
  );
}

/** Both splits; the classes are the folders of `train`, in alphabetical order. Without it validation stands for both. */
async function readImageFolder(
  train: string | undefined,
  validation: string,
  how: FolderOptions,
): Promise<Found> {
  const classes = await subfolders(train ?? validation);
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
  const most = how.isHeldOut ? BACKGROUND : how.train;
  const a = train === undefined ? [] : await readSplit(train, classes, most, how);
  const b = await readSplit(validation, classes, how.validation, how);
  checkSizes([...a, ...b], how);
  const [first, second] = splitsOf(a, b, classes.length);
  return { classes, train: a.length > 0 ? first : second, validation: second, isFitted: true };
}

/** Both lists as parts of one memory; grey images among coloured ones get three equal channels. */
function splitsOf(
  a: readonly Labelled[],
  b: readonly Labelled[],
  classes: number,
): readonly [Split, Split] {
  const all = [...a, ...b];
  const [, H, W] = all[0].image.shape;
  const C = Math.max(...all.map(({ image }) => image.shape[0]));
  const length = all.length * C * H * W;
  const data = all.every(({ image }) => image.data instanceof Uint8Array)
    ? new Uint8Array(length)
    : new Float32Array(length);
  all.forEach(({ image }, n) => {
    for (let c = 0; c < C; c += image.shape[0]) data.set(image.data, (n * C + c) * H * W);
  });
  const label = (one: Labelled): number => one.label;
  const labels: Labels = classes > 256 ? Uint16Array.from(all, label) : Uint8Array.from(all, label);
  const part = (from: number, to: number): Split => ({
    images: {
      shape: [C, H, W],
      count: to - from,
      data: data.subarray(from * C * H * W, to * C * H * W),
    },
    labels: labels.subarray(from, to),
  });
  return [part(0, a.length), part(a.length, all.length)];
}

const entriesOf = (folder: string) =>
  readdir(folder, { withFileTypes: true }).catch((error) => rethrow(error, folder, "read"));

async function subfolders(folder: string): Promise<string[]> {
  const folders = (await entriesOf(folder)).filter((entry) => entry.isDirectory());
  return sortedNames(folders);
}

/** Without hidden ones, in the order of code units: the same whatever the system's language. */
const sortedNames = (entries: readonly { readonly name: string }[]): string[] =>
  entries
    .map(({ name }) => name)
    .filter((name) => !name.startsWith("."))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** Names of the pictures in a folder, in order. Text files, thumbnails' databases and the like are passed over. */
export async function picturesOf(folder: string): Promise<string[]> {
  const names = sortedNames(await entriesOf(folder));
  const kind = (name: string): string => extname(name).toLowerCase();
  const others = names.filter((name) => OTHERS.has(kind(name)));
  if (others.length > 0)
    fail(
      "file",
      `${folder}: got ${others.slice(0, 3).join(", ")}${others.length > 3 ? ", …" : ""}, expected PNG or JPEG (pictures); convert or remove ${others.length > 1 ? "them" : "it"}`,
    );
  return names.filter((name) => PICTURES.has(kind(name)));
}

/** Pictures lie class by class; here classes take turns, so that the first few are of all. */
async function readSplit(
  folder: string,
  classes: readonly string[],
  most: number | undefined,
  { fits, signal, onPicture }: FolderOptions,
): Promise<Labelled[]> {
  const present = new Set(await subfolders(folder));
  const lists = await Promise.all(
    classes.map(async (name, label) => {
      const own = present.has(name) ? await picturesOf(join(folder, name)) : [];
      return own.map((file) => ({ path: join(folder, name, file), label }));
    }),
  );
  const longest = Math.max(...lists.map((list) => list.length));
  const files = Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? []));
  const chosen = files.flat().slice(0, most);
  const found: Labelled[] = [];
  let total = 0;
  for (const { path, label } of chosen) {
    checkCancelled(signal, "loadDataset");
    const bytes = await readFileLimited(path, { limit: FILE_LIMIT });
    const image = fittedImage(bytes, path, fits);
    total += image.data.byteLength;
    if (total > TOTAL_LIMIT)
      fail(
        "file",
        `${path}: got more than 2 GiB of pixels so far; scale the pictures down, or use fewer (--validation-images)`,
      );
    found.push({ path, label, image });
    onPicture?.(found.length, chosen.length);
  }
  if (found.length === 0)
    fail("file", `${folder}: got no PNG or JPEG file, expected some in each class's folder`);
  return found;
}

function pictureIn(bytes: Uint8Array, path: string): Picture {
  const picture = readPicture(bytes, path);
  if (picture) return picture;
  refuseStrangers(bytes, path, "a PNG or a JPEG");
  return badFile(path, "first bytes", "another format", "a PNG or a JPEG", "convert or remove it");
}

function fittedImage(bytes: Uint8Array, path: string, fits: readonly Fit[]): Images {
  const image = imagesFromPictures([pictureIn(bytes, path)]);
  if (fits.length === 0) return image;
  const [C, H, W] = image.shape;
  const data = imageBatch(image, [0]).data as Float32Array;
  const planes = naming(path, () => fitPlanes({ C, H, W, data }, fits));
  return { shape: [planes.C, planes.H, planes.W], count: 1, data: planes.data };
}

/** All pictures must be as large as most of them; the message lists those that are not. */
function checkSizes(all: readonly Labelled[], { isHeldOut }: FolderOptions): void {
  const counts = new Map<string, number>();
  const sizeOf = ({ image: { shape } }: Labelled): string => `${shape[2]} × ${shape[1]}`;
  for (const one of all) counts.set(sizeOf(one), (counts.get(sizeOf(one)) ?? 0) + 1);
  if (counts.size === 1) return;
  const [common] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best));
  const others = all.filter((one) => sizeOf(one) !== common);
  const list = others.slice(0, 10).map((one) => `  ${one.path}: ${sizeOf(one)}`);
  if (others.length > 10) list.push(`  and ${others.length - 10} more`);
  const fit = isHeldOut
    ? `fit all to the model's size, as with --preprocess "resize=256; crop=224", or `
    : "";
  fail(
    "file",
    `image folder: got ${counts.size} sizes of pictures, expected one (most are ${common}); ` +
      `${fit}scale or remove these\n${list.join("\n")}`,
  );
}
