/** A dataset by name: generated, from the cache or the web, or from the user's own files. */

import { join } from "node:path";
import type { Fit } from "../formats/fitting.js";
import { naming } from "../formats/problems.js";
import { fail } from "../tensor/errors.js";
import { showShape } from "../tensor/tensor.js";
import { cacheFolder } from "./cache.node.js";
import { type Dataset, type Split, take } from "./dataset.js";
import { type DownloadOptions, fetchFiles } from "./download.node.js";
import { dataset } from "./fingerprint.js";
import { fitDataset } from "./fitting.js";
import { type Found, readFolder } from "./folder.node.js";
import { glyphs } from "./glyphs/glyphs.js";
import { type GlyphOptions, SIZES } from "./glyphs/options.js";
import { type DatasetEntry, datasets, isDatasetName } from "./registry.js";

export interface LoadOptions extends DownloadOptions {
  /** A folder with the files of the dataset, or with data of the user's own; then nothing is fetched. */
  readonly dataDir?: string;
  /** Where fetched files are kept; defaults to the system's cache folder (see `cacheFolder`). */
  readonly cache?: string;
  /** Side of the pictures. Chosen for `glyphs` (28 by default); for other data only checked. */
  readonly size?: number;
  /** Seed of generated data; defaults to 0. Data from files do not depend on it. */
  readonly seed?: number | string;
  /** Of `glyphs` alone. */
  readonly difficulty?: GlyphOptions["difficulty"];
  readonly channels?: GlyphOptions["channels"];
  /** Use only the first so many images of a split; defaults to all (6,000 and 1,000 of `glyphs`). */
  readonly train?: number;
  readonly validation?: number;
  /** What is done to the size and colour of images, in turn; pictures in folders may then be of any size. */
  readonly fits?: readonly Fit[];
  /** Whether a finished model is to be looked at. Then a folder without training images will do, those of validation
   *  standing for them, and where reading is slow only a background of them is read. */
  readonly isHeldOut?: boolean;
  /** After every picture that is read from a folder of them: how many of its split are. */
  readonly onPicture?: (done: number, of: number) => void;
}

/** The dataset `name`: one of the table, or any name for the data in `dataDir`. */
export async function loadDataset(name: string, options: LoadOptions = {}): Promise<Dataset> {
  if (name === "glyphs") return fitDataset(await loadGlyphs(options), options.fits ?? []);
  if (options.difficulty !== undefined || options.channels !== undefined)
    fail("option", `loadDataset: got difficulty or channels for "${name}", expected "glyphs"`);
  const entry = isDatasetName(name) ? datasets[name] : undefined;
  const folder = options.dataDir ?? (await download(name, entry, options));
  const { fits = [], ...how } = options;
  const found = await readFolder(folder, { ...how, fits });
  const parts = {
    name,
    classes: entry?.classes ?? found.classes ?? numbered(found),
    train: limit(found.train, options.train),
    validation: limit(found.validation, options.validation),
  };
  checkExpected(name, found, entry, options);
  return naming(folder, () => fitDataset(dataset(parts), found.isFitted ? [] : fits));
}

function loadGlyphs({ dataDir, size, ...options }: LoadOptions): Dataset {
  if (dataDir)
    fail(
      "option",
      `loadDataset: got "glyphs" with the folder ${dataDir}, expected another name for data from files`,
    );
  const side = SIZES.find((allowed) => allowed === (size ?? 28));
  if (side === undefined)
    return fail("option", `glyphs: got size ${size}, expected ${SIZES.join(", ")}`);
  const { seed, difficulty, channels, train, validation, signal } = options;
  return glyphs({
    size: side,
    ...(seed !== undefined && { seed }),
    ...(difficulty && { difficulty }),
    ...(channels && { channels }),
    ...(train !== undefined && { train }),
    ...(validation !== undefined && { validation }),
    ...(signal && { signal }),
  });
}

async function download(
  name: string,
  entry: DatasetEntry | undefined,
  { cache = cacheFolder(), ...options }: LoadOptions,
): Promise<string> {
  if (!entry || entry.source === "generated")
    return fail(
      "option",
      `loadDataset: got "${name}", expected ${Object.keys(datasets).join(", ")}; ` +
        "for data of your own name their folder (--data-dir)",
    );
  const folder = join(cache, name);
  await fetchFiles(entry.source.files, entry.source.mirrors, folder, options);
  return folder;
}

/** Classes without names: as many as the labels need. */
function numbered({ train, validation }: Found): readonly string[] {
  let most = 0;
  for (const { labels } of [train, validation])
    for (const label of labels) most = Math.max(most, label);
  return Array.from({ length: most + 1 }, (_, n) => String(n));
}

const limit = (split: Split, count: number | undefined): Split =>
  count === undefined ? split : take(split, count);

/** A known name must bring its kind of pictures, and a demanded size must be theirs. */
function checkExpected(
  name: string,
  { train, classes }: Found,
  entry: DatasetEntry | undefined,
  { dataDir, size }: LoadOptions,
): void {
  const { shape } = train.images;
  if (entry && (showShape(shape) !== showShape(entry.shape) || classes))
    fail(
      "option",
      `loadDataset: got ${classes ? "folders of " : ""}pictures of ${showShape(shape)}, expected the files ` +
        `of ${name}, ${showShape(entry.shape)} (${dataDir}); give another name to data of your own`,
    );
  if (size !== undefined && (shape[1] !== size || shape[2] !== size))
    fail(
      "option",
      `loadDataset: got size ${size} for ${name}, expected its own, ${shape[1]} × ${shape[2]}; ` +
        'only "glyphs" comes in several sizes',
    );
}
