import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { glyphs } from "../../src/data/glyphs/glyphs.js";
import { loadDataset } from "../../src/data/load.node.js";
import { type NumpyArray, writeNpy } from "../../src/formats/npy.js";
import { writeNpz } from "../../src/formats/npz.js";
import { writeZip } from "../../src/formats/zip.js";
import { rejection, withByte } from "../formats/hostile.js";
import { tar } from "../formats/tar.js";
import { cifarFile, folderOf, idxFiles } from "./folders.js";

const END = "; the file is damaged or incomplete, fetch or write it again";
const load = (files: Readonly<Record<string, Uint8Array | string>>, name = "mine") => {
  const dataDir = folderOf(files);
  return { dataDir, promise: loadDataset(name, { dataDir }) };
};

/** The message, with the folder's path replaced by "DIR". */
async function complaint(files: Readonly<Record<string, Uint8Array | string>>, name = "mine") {
  const { dataDir, promise } = load(files, name);
  return (await rejection(promise)).replaceAll(dataDir, "DIR").replaceAll("\\", "/");
}

const gzipped = Object.fromEntries(
  Object.entries(idxFiles).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]),
);

test("IDX files, plain, gzipped or mixed, are one dataset", async () => {
  const plain = await load(idxFiles).promise;
  expect(plain).toMatchObject({ name: "mine", classes: ["0", "1", "2"] });
  expect(plain.train.images).toMatchObject({ shape: [1, 4, 5], count: 6 });
  expect([...plain.train.labels]).toEqual([0, 1, 2, 0, 1, 2]);
  expect([...plain.validation.labels]).toEqual([2, 1, 0]);
  expect([...plain.train.images.data.slice(0, 3)]).toEqual([0, 1, 2]);
  expect([...plain.validation.images.data.slice(0, 3)]).toEqual([200, 199, 198]);
  const packed = await load(gzipped).promise;
  expect(packed.fingerprint).toBe(plain.fingerprint);
  const { "t10k-labels-idx1-ubyte.gz": labels, ...rest } = gzipped;
  const { "t10k-labels-idx1-ubyte": plainLabels } = idxFiles;
  expect(labels.length).toBeGreaterThan(0);
  const mixed = await load({ ...rest, "t10k-labels-idx1-ubyte": plainLabels }).promise;
  expect(mixed.fingerprint).toBe(plain.fingerprint);
});

test("IDX: missing and damaged files are named", async () => {
  const { "train-labels-idx1-ubyte": labels, "t10k-images-idx3-ubyte": images, ...two } = idxFiles;
  expect(await complaint(two)).toBe(
    "DIR: got only a part of an IDX dataset, expected also train-labels-idx1-ubyte, " +
      "t10k-images-idx3-ubyte (plain or .gz); put the missing files there",
  );
  expect(await complaint({ ...idxFiles, "t10k-images-idx3-ubyte": images.slice(0, 50) })).toBe(
    "DIR/t10k-images-idx3-ubyte: got 34 bytes of elements, expected 60 bytes for 3 × 4 × 5 " +
      `(from byte 16)${END}`,
  );
  expect(
    await complaint({ ...idxFiles, "train-labels-idx1-ubyte": idxFiles["t10k-labels-idx1-ubyte"] }),
  ).toBe(
    `DIR/train-labels-idx1-ubyte: got 3 labels, expected 6, one for each image (byte 4)${END}`,
  );
  expect(await complaint({ ...idxFiles, "train-labels-idx1-ubyte": images })).toBe(
    `DIR/train-labels-idx1-ubyte: got 3 axes, expected 1 (labels) (byte 3)${END}`,
  );
  expect(labels.length).toBe(14);
});

test("CIFAR-10 batches by their usual names, also when the names go on", async () => {
  const files = {
    "data_batch_2.bin": cifarFile(3, 4),
    "data_batch_1.bin": cifarFile(1, 2),
    "test_batch.bin": cifarFile(9),
    "batches.meta.txt": "airplane",
  };
  const { promise } = load(files, "cifar10");
  const { classes, train, validation } = await promise;
  expect(classes[9]).toBe("truck");
  expect([...train.labels]).toEqual([1, 2, 3, 4]);
  expect(train.images.data[3072]).toBe(20);
  expect([...validation.labels]).toEqual([9]);
  const slices = {
    "data_batch_1_first5000.bin": cifarFile(6, 7),
    "test_batch_first1000.bin": cifarFile(8),
  };
  expect([...(await load(slices, "cifar10").promise).train.labels]).toEqual([6, 7]);
  expect(await complaint({ "data_batch_1.bin": cifarFile(1) })).toBe(
    "DIR: got only a part of CIFAR-10, expected also test_batch.bin; put the missing file there",
  );
  expect(await complaint({ "test_batch.bin": cifarFile(1) })).toBe(
    "DIR: got only a part of CIFAR-10, expected also data_batch_1.bin; put the missing file there",
  );
  expect(await complaint({ ...slices, "data_batch_1.bin": cifarFile(6) })).toBe(
    "DIR: got data_batch_1.bin, data_batch_1_first5000.bin, expected one data_batch_1; remove the others",
  );
  expect(await complaint({ ...slices, "test_batch_first1000.bin": cifarFile(10) })).toBe(
    `DIR/test_batch_first1000.bin: got label 10, expected 0 to 9 (record 0, byte 0)${END}`,
  );
});

test("CIFAR-10's archive is read as it is", async () => {
  const within = (name: string) => `cifar-10-batches-bin/${name}.bin`;
  const archive = {
    [within("data_batch_2")]: cifarFile(3),
    [within("data_batch_1")]: cifarFile(1, 2),
    [within("test_batch")]: cifarFile(0, 5),
    "cifar-10-batches-bin/readme.html": new Uint8Array(10),
  };
  const name = "cifar-10-binary.tar.gz";
  const { train, validation } = await load({ [name]: gzipSync(tar(archive)) }, "cifar10").promise;
  expect([...train.labels]).toEqual([1, 2, 3]);
  expect([...validation.labels]).toEqual([0, 5]);
  const part = gzipSync(tar({ [within("test_batch")]: cifarFile(1) }));
  expect(await complaint({ [name]: part })).toBe(
    `DIR/${name}: got no data_batch_1.bin, expected the batches of CIFAR-10 (contents); fetch the archive again`,
  );
  const wrong = gzipSync(tar({ ...archive, [within("test_batch")]: cifarFile(77) }));
  expect(await complaint({ [name]: wrong })).toBe(
    `DIR/${name}, ${within("test_batch")}: got label 77, expected 0 to 9 (record 0, byte 0)${END}`,
  );
});

const arrays: Readonly<Record<string, NumpyArray>> = {
  x_train: { shape: [3, 4, 5, 3], data: Uint8Array.from({ length: 180 }, (_, i) => i) },
  y_train: { shape: [3, 1], data: BigInt64Array.of(0n, 3n, 1n) },
  x_test: { shape: [2, 4, 5, 3], data: Uint8Array.from({ length: 120 }, (_, i) => 2 * i) },
  y_test: { shape: [2], data: Uint8Array.of(2, 0) },
};
const npz = (change: Readonly<Record<string, NumpyArray>> = {}): Uint8Array =>
  writeNpz(new Map(Object.entries({ ...arrays, ...change })));

test("npz: one archive of four arrays", async () => {
  const { classes, train, validation } = await load({ "data.npz": npz() }).promise;
  expect(classes).toEqual(["0", "1", "2", "3"]);
  expect(train.images).toMatchObject({ shape: [3, 4, 5], count: 3 });
  expect([...train.images.data.slice(0, 3)]).toEqual([0, 3, 6]);
  expect([...train.labels, ...validation.labels]).toEqual([0, 3, 1, 2, 0]);
  const planes = Float32Array.from({ length: 120 }, (_, i) => i / 100);
  const float = npz({ x_test: { shape: [2, 3, 4, 5], data: planes } });
  expect((await load({ "data.npz": float }).promise).validation.images.data).toEqual(planes);
});

test("npz: what does not fit is named with file and array", async () => {
  expect(await complaint({ "a.npz": npz(), "b.npz": npz() })).toBe(
    "DIR: got a.npz, b.npz, expected one .npz; remove the others",
  );
  const three = writeNpz(new Map(Object.entries(arrays).slice(0, 3)));
  expect(await complaint({ "a.npz": three })).toBe(
    "DIR/a.npz: got arrays x_train, y_train, x_test, expected y_test (names of arrays); " +
      "save it with x_train, y_train, x_test and y_test",
  );
  expect(
    await complaint({ "a.npz": npz({ y_test: { shape: [3], data: new Uint8Array(3) } }) }),
  ).toBe(
    `DIR/a.npz, array "y_test": got (3), expected (2,), one label for each image (shape)${END}`,
  );
  const bad = new Float32Array(120);
  bad[60 + 20 + 5 + 1] = Number.NaN;
  expect(await complaint({ "a.npz": npz({ x_test: { shape: [2, 3, 4, 5], data: bad } }) })).toBe(
    'DIR: dataset "mine", validation, image 1, channel 1, row 1, column 1: got NaN, expected a finite number; ' +
      "repair or remove the image",
  );
  expect(
    await complaint({ "a.npz": npz({ x_test: { shape: [2, 4, 5], data: new Uint8Array(40) } }) }),
  ).toBe(
    'DIR: dataset "mine": train images are [3,4,5], validation images [1,4,5], expected one shape',
  );
  expect(await complaint({ "a.npz": npz().slice(0, 100) })).toBe(
    `DIR/a.npz: got no end record, expected a zip archive that ends in PK 05 06 (end of file)${END}`,
  );
  const objects = writeNpy(arrays.y_test);
  objects.set(Buffer.from("|O'"), Buffer.from(objects).indexOf("|u1'"));
  expect(await complaint({ "a.npz": writeZip(new Map([["y_test.npy", objects]])) })).toMatch(
    /^DIR\/a\.npz, array "y_test\.npy": got /,
  );
});

test("a folder of nothing known: what it holds, and what could be there", async () => {
  const layouts =
    "expected a dataset (whole folder); put one of these there: train-images-idx3-ubyte, " +
    "train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte (plain or .gz); " +
    "data_batch_1.bin and test_batch.bin; one .npz with x_train, y_train, x_test, y_test; train/ and " +
    "validation/ or test/ with one folder of PNG or JPEG files for each class";
  expect(await complaint({})).toBe(`DIR: got an empty folder, ${layouts}`);
  const texts = Object.fromEntries([..."fedcba"].map((name) => [name, "text"]));
  expect(await complaint(texts)).toBe(`DIR: got a, b, c, d, e, …, ${layouts}`);
  const dataDir = join(folderOf({}), "none");
  expect(await rejection(loadDataset("mine", { dataDir }))).toBe(
    `${dataDir}: cannot be read: it does not exist; check the path`,
  );
});

test("a known name brings its classes and demands its shape", async () => {
  const shape = [2, 28, 28];
  const digits = {
    "train-images-idx3-ubyte": { shape, data: new Uint8Array(1568) },
    "train-labels-idx1-ubyte": { shape: [2], data: Uint8Array.of(9, 0) },
    "t10k-images-idx3-ubyte": { shape, data: new Uint8Array(1568) },
    "t10k-labels-idx1-ubyte": { shape: [2], data: Uint8Array.of(1, 1) },
  };
  const file = npz(
    Object.fromEntries(
      ["x_train", "y_train", "x_test", "y_test"].map((key, i) => [key, Object.values(digits)[i]]),
    ),
  );
  expect((await load({ "a.npz": file }, "fashion-mnist").promise).classes[9]).toBe("ankle boot");
  expect(await complaint({ "a.npz": file }, "cifar10")).toBe(
    "loadDataset: got pictures of [1,28,28], expected the files of cifar10, [3,32,32] (DIR); " +
      "give another name to data of your own",
  );
});

test("only so many images, and sizes that data from files do not have", async () => {
  const labels = idxFiles["t10k-labels-idx1-ubyte"];
  const dataDir = folderOf({ ...idxFiles, "t10k-labels-idx1-ubyte": withByte(labels, 8, 1) });
  const few = await loadDataset("mine", { dataDir, train: 2, validation: 1 });
  expect([few.train.images.count, few.validation.images.count]).toEqual([2, 1]);
  expect([...few.train.labels, ...few.validation.labels]).toEqual([0, 1, 1]);
  // The classes are those of all images, so that a shorter run has the same output.
  expect(few.classes).toEqual(["0", "1", "2"]);
  expect(await rejection(loadDataset("mine", { dataDir, size: 28 }))).toBe(
    'loadDataset: got size 28 for mine, expected its own, 4 × 5; only "glyphs" comes in several sizes',
  );
  expect(await rejection(loadDataset("mine", { dataDir, train: 0 }))).toBe(
    `${dataDir}: dataset "mine", train: got 0 images, expected at least 1`,
  );
});

test("glyphs need no files and take their own options", async () => {
  const options = { size: 32, seed: "s", train: 12, validation: 3, channels: 3 } as const;
  const made = await loadDataset("glyphs", { ...options, difficulty: "hard" });
  expect(made).toEqual(glyphs({ ...options, difficulty: "hard" }));
  expect(await rejection(loadDataset("glyphs", { size: 30 }))).toBe(
    "glyphs: got size 30, expected 28, 32, 64",
  );
  expect(await rejection(loadDataset("glyphs", { dataDir: "there" }))).toBe(
    'loadDataset: got "glyphs" with the folder there, expected another name for data from files',
  );
  expect(await rejection(loadDataset("mnist", { difficulty: "easy" }))).toBe(
    'loadDataset: got difficulty or channels for "mnist", expected "glyphs"',
  );
  expect(await rejection(loadDataset("minst"))).toBe(
    'loadDataset: got "minst", expected glyphs, mnist, fashion-mnist, cifar10; ' +
      "for data of your own name their folder (--data-dir)",
  );
});

test("a fired signal stops the loading", async () => {
  const signal = AbortSignal.abort();
  for (const [name, dataDir] of [
    ["mine", folderOf(idxFiles)],
    ["glyphs", undefined],
  ] as const)
    expect(await rejection(loadDataset(name, { signal, ...(dataDir && { dataDir }) }))).toMatch(
      /: cancelled by the caller$/,
    );
});
