/** Pictures that the command line names: PNG, JPEG, or IDX and npy files with an index, fitted to a model's input. */

import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { picturesOf } from "../data/image-folder.node.js";
import { imagesFromIdx, imagesFromNumpy, imagesFromPictures } from "../data/images.js";
import type { Images } from "../data/index.js";
import { readFileLimited } from "../formats/files.node.js";
import { type Fit, fitPlanes, type Planes } from "../formats/fitting.js";
import { isGzip } from "../formats/gzip.js";
import { readIdx } from "../formats/idx.js";
import { readNpy } from "../formats/npy.js";
import { readPicture } from "../formats/picture.node.js";
import { refuseStrangers } from "../formats/strangers.js";
import { fail } from "../tensor/errors.js";
import { sameShape, tensor } from "../tensor/tensor.js";
import { fitted } from "./explain-channels.js";

/** A picture as the model sees it. */
export interface Shown {
  /** The file's name, and the index in it. */
  readonly name: string;
  /** [C, H, W] in 0 … 1. */
  readonly pixels: Float32Array;
  /** What was done to it, e.g. "resized from 64×48"; undefined for nothing. */
  readonly change?: string;
}

/** Pictures that one argument may name. */
const MOST = 256;

/** "images.gz#3" → the file and places 3 … 3; "#0-7" → 0 … 7. */
function parse(argument: string): { path: string; range?: readonly [number, number] } {
  const match = /^(.+)#(\d+)(?:-(\d+))?$/.exec(argument);
  if (!match) return { path: argument };
  const first = Number(match[2]);
  return { path: match[1], range: [first, Number(match[3] ?? match[2])] };
}

const starts = (bytes: Uint8Array, ...with_: number[]): boolean =>
  with_.every((byte, i) => bytes[i] === byte);

function single(images: Images, index: number): Planes {
  const [C, H, W] = images.shape;
  const inner = C * H * W;
  const part = images.data.subarray(index * inner, (index + 1) * inner);
  const scale = images.data instanceof Uint8Array ? 255 : 1;
  return { C, H, W, data: Float32Array.from(part, (v) => v / scale) };
}

const EXPECTED = "a PNG, a JPEG, or an IDX or npy file with an index";

interface Named {
  readonly name: string;
  readonly planes: Planes;
}

/** The pictures of a folder, not of those in it. */
async function readFolder(path: string): Promise<Named[]> {
  const names = await picturesOf(path);
  if (names.length === 0 || names.length > MOST)
    fail(
      "file",
      `${path}: got a folder with ${names.length} pictures, expected 1 to ${MOST}; name the pictures`,
    );
  return (await Promise.all(names.map((name) => read(join(path, name))))).flat();
}

/** The pictures of one argument. */
async function read(argument: string): Promise<Named[]> {
  const { path, range } = parse(argument);
  const isFolder = await stat(path).then(
    (status) => status.isDirectory(),
    () => false, // reading it says why
  );
  if (isFolder) return readFolder(path);
  const bytes = await readFileLimited(path);
  const name = basename(path);
  const picture = readPicture(bytes, path);
  if (picture) {
    if (range)
      fail("option", `explain: got an index for ${path}, expected none: it is one picture`);
    return [{ name, planes: single(imagesFromPictures([picture]), 0) }];
  }
  const isNumpy = starts(bytes, 0x93, 0x4e);
  if (!isGzip(bytes)) refuseStrangers(bytes, path, EXPECTED);
  if (!isNumpy && !starts(bytes, 0, 0) && !isGzip(bytes))
    fail("file", `${path}: got another format, expected ${EXPECTED}`);
  const images = isNumpy
    ? imagesFromNumpy(readNpy(bytes, path), path)
    : imagesFromIdx(readIdx(bytes, path), path);
  const last = images.count - 1;
  if (!range)
    return fail(
      "option",
      `explain: got ${path} with ${images.count} pictures, expected an index; write ${path}#0 up to #${last}`,
    );
  const [from, to] = range;
  if (to < from || to > last || to - from >= MOST) {
    const given = from === to ? `picture ${from}` : `pictures ${from} to ${to}`;
    const most = last < MOST || from === to ? `0 to ${last}` : `up to ${MOST} of 0 to ${last}`;
    fail("option", `explain: got ${given} of ${path}, expected ${most}`);
  }
  return Array.from({ length: to - from + 1 }, (_, i) => ({
    name: `${name}#${from + i}`,
    planes: single(images, from + i),
  }));
}

/** All pictures, as large as the model's input [C, H, W]: fitted as the model's preprocessing says, resized further only
 *  if asked. */
export async function readShown(
  paths: readonly string[],
  shape: readonly [number, number, number],
  fits: readonly Fit[],
  isResized: boolean,
): Promise<Shown[]> {
  const [C, H, W] = shape;
  const all = (await Promise.all(paths.map(read))).flat();
  return all.map(({ name, planes: raw }) => {
    const planes = fitPlanes(raw, fits);
    const given = [planes.C, planes.H, planes.W];
    const isMoved = raw.H !== planes.H || raw.W !== planes.W;
    const before = isMoved ? [`fitted from ${raw.W}×${raw.H}`] : [];
    if (sameShape(given, shape))
      return { name, pixels: planes.data, ...(isMoved && { change: before.join() }) };
    if (!isResized)
      fail(
        "shape",
        `explain: got a picture of ${given.join("×")} (${name}), expected ${shape.join("×")} as the model takes; ` +
          "give --resize to fit it",
      );
    const changes = [
      ...before,
      ...(planes.H === H && planes.W === W ? [] : [`resized from ${planes.W}×${planes.H}`]),
      ...(planes.C === C ? [] : [C === 1 ? "made grey" : "grey as colour"]),
    ];
    return { name, pixels: fitted(planes, shape), change: changes.join(", ") };
  });
}

/** The pictures as one batch. */
export const batchOf = (shown: readonly Shown[], shape: readonly [number, number, number]) =>
  tensor([shown.length, ...shape], Float32Array.from(shown.flatMap(({ pixels }) => [...pixels])));
