/** How many of a map's largest pixels lie on the object. */

/** The expected number of mask pixels among the k largest of the map, ties at the border broken at random. */
export function expectedInside(map: Float64Array, mask: Uint8Array, k: number): number {
  const border = map.slice().sort()[map.length - k];
  let [above, inside, tied, tiedInside] = [0, 0, 0, 0];
  for (let p = 0; p < map.length; p++) {
    if (map[p] > border) {
      above++;
      inside += mask[p];
    } else if (map[p] === border) {
      tied++;
      tiedInside += mask[p];
    }
  }
  return inside + (tiedInside * (k - above)) / tied;
}

/** The mask of an image with an object; undefined for one without. */
export const objectOf = (mask: Uint8Array | undefined): Uint8Array | undefined =>
  mask?.includes(1) ? mask : undefined;
