/** Writes the HDF5 files in this folder with libhdf5 itself, by way of the package h5wasm, which is no dependency of the
 *  project: `npm install h5wasm@0.10.3` in an empty folder, then
 *  `node make-hdf5.mjs FOLDER/node_modules/h5wasm/dist/node/hdf5_hl.js THIS-FOLDER`. */

import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [, , library, out] = process.argv;
const { default: h5 } = await import(pathToFileURL(resolve(library)).href);
await h5.ready;

const floats = (n) => Float32Array.from({ length: n }, (_, i) => i / 4 - 3);

/** Older structures: symbol tables of several nodes, version 1 headers, chunks with and without compression. */
const old = new h5.File(join(out, "hdf5-earliest.h5"), "w", { libver: ["earliest", "v108"] });
old.create_attribute("one", "é text of any length");
old.create_attribute("list", ["alpha", "be", ""], [3]);
old.create_attribute("fixed", ["abc", "defgh"], [2], "S5");
const inner = old.create_group("a").create_group("b");
inner.create_attribute("name", "inner");
inner.create_dataset({ name: "plain", data: floats(6), shape: [2, 3] });
inner.create_dataset({ name: "double", data: Float64Array.of(1, -2.5, 1e-300), shape: [3] });
inner.create_dataset({ name: "whole", data: BigInt64Array.of(-1n, 2n ** 60n), shape: [2] });
inner.create_dataset({ name: "bytes", data: Uint8Array.of(1, 2, 255), shape: [3] });
inner.create_dataset({ name: "single", data: Float32Array.of(7), shape: [] });
inner.create_dataset({ name: "chunks", data: floats(70), shape: [5, 7, 2], chunks: [2, 3, 2] });
inner.create_dataset({ name: "packed", data: floats(70), shape: [5, 14], chunks: [3, 5], compression: 6 });
inner.create_dataset({
  name: "shuffled",
  data: floats(70),
  shape: [70],
  chunks: [16],
  compression: 2,
  compression_opts: [4],
});
inner.create_dataset({
  name: "checked",
  data: floats(71),
  shape: [71],
  chunks: [15],
  compression: 3,
  compression_opts: [],
});
inner.create_dataset({ name: "text", data: ["no", "numbers"], shape: [2] });
const many = old.create_group("many");
for (let k = 0; k < 40; k++) many.create_dataset({ name: `item${k}`, data: Int32Array.of(k), shape: [1] });
old.create_soft_link("/a/b/plain", "soft");
old.close();

/** Newer structures: version 2 headers, links in headers; and a group and chunks that are indexed in newer ways. */
const latest = new h5.File(join(out, "hdf5-latest.h5"), "w", { libver: "latest" });
latest.create_attribute("one", "newer");
const group = latest.create_group("a");
group.create_dataset({ name: "plain", data: floats(6), shape: [2, 3] });
group.create_dataset({ name: "chunks", data: floats(70), shape: [5, 14], chunks: [2, 3] });
const dense = latest.create_group("dense");
for (let k = 0; k < 20; k++) dense.create_dataset({ name: `item${k}`, data: Int32Array.of(k), shape: [1] });
latest.close();
