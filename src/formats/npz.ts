/** npz: a zip archive of npy files, one per array, each named after its array with ".npy" at the end. */

import { type NumpyArray, readNpy, writeNpy } from "./npy.js";
import { badFile, showText } from "./problems.js";
import { readZip, writeZip } from "./zip.js";

/** The arrays in an npz file by name. `limit`: largest content of all together, in bytes; defaults to 1 GiB. */
export function readNpz(
  bytes: Uint8Array,
  name: string,
  options: { limit?: number } = {},
): ReadonlyMap<string, NumpyArray> {
  const arrays = new Map<string, NumpyArray>();
  for (const [path, content] of readZip(bytes, name, options)) {
    if (!path.endsWith(".npy"))
      badFile(name, `entry ${showText(path)}`, "a file that is no array", "names in .npy");
    arrays.set(path.slice(0, -4), readNpy(content, `${name}, array ${showText(path)}`));
  }
  return arrays;
}

/** An npz file of these arrays. */
export const writeNpz = (arrays: ReadonlyMap<string, NumpyArray>): Uint8Array =>
  writeZip(new Map([...arrays].map(([key, array]) => [`${key}.npy`, writeNpy(array)])));
