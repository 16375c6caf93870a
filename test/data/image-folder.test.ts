import { expect, test } from "vitest";
import { type LoadOptions, loadDataset } from "../../src/data/load.node.js";
import { golden, rejection } from "../formats/hostile.js";
import { folderOf, greyPng } from "./folders.js";

type Files = Readonly<Record<string, Uint8Array | string>>;

const load = (files: Files, options: LoadOptions = {}) =>
  loadDataset("pets", { dataDir: folderOf(files), ...options });

async function complaint(files: Files, options: LoadOptions = {}): Promise<string> {
  const dataDir = folderOf(files);
  const message = await rejection(loadDataset("pets", { dataDir, ...options }));
  return message.replaceAll(dataDir, "DIR").replaceAll("\\", "/");
}

const pets = {
  "train/dog/2.png": greyPng(3, 2, 20),
  "train/dog/1.png": greyPng(3, 2, 10),
  "train/cat/9.PNG": greyPng(3, 2, 90),
  "train/cat/notes.txt": "not a picture",
  "train/.hidden/1.png": greyPng(9, 9, 0),
  "validation/dog/1.png": greyPng(3, 2, 50),
};

test("classes are the folders in alphabetical order, images follow class and name", async () => {
  const { classes, train, validation } = await load(pets);
  expect(classes).toEqual(["cat", "dog"]);
  expect([...train.labels]).toEqual([0, 1, 1]);
  expect(train.images).toMatchObject({ shape: [1, 2, 3], count: 3 });
  expect([0, 6, 12].map((i) => train.images.data[i])).toEqual([90, 10, 20]);
  expect([...validation.labels]).toEqual([1]);
  expect([...validation.images.data]).toEqual(Array(6).fill(50));
});

test("classes take turns, so that the first few images are of all", async () => {
  const files = Object.fromEntries(
    ["train", "test"].flatMap((part) =>
      ["a", "b", "c"].flatMap((name, k) =>
        Array.from({ length: 2 + k }, (_, i) => [
          `${part}/${name}/${i}.png`,
          greyPng(1, 1, 10 * k + i),
        ]),
      ),
    ),
  );
  const { train } = await load(files);
  expect([...train.labels]).toEqual([0, 1, 2, 0, 1, 2, 1, 2, 2]);
  expect([...train.images.data]).toEqual([0, 10, 20, 1, 11, 21, 12, 22, 23]);
  const few = await load(files, { train: 4, validation: 3 });
  expect([...few.train.labels]).toEqual([0, 1, 2, 0]);
  expect([...few.validation.labels]).toEqual([0, 1, 2]);
});

test("for a finished model the classes alone will do, or the held-out part", async () => {
  const alone = { "dog/1.png": greyPng(3, 2, 50), "cat/1.png": greyPng(3, 2, 60) };
  const { classes, train, validation } = await load(alone, { isHeldOut: true });
  expect(classes).toEqual(["cat", "dog"]);
  expect([...validation.labels]).toEqual([0, 1]);
  expect(train).toEqual(validation);
  const val = { "val/dog/1.png": greyPng(3, 2, 50) };
  expect((await load(val, { isHeldOut: true })).validation.images.count).toBe(1);
  expect(await complaint(alone)).toBe(
    "DIR: got folders cat, dog, expected train/ and validation/ with a folder for each class; put the pictures to train on in train/",
  );
  expect(await complaint(val)).toContain("DIR: got val/ alone, expected train/ and validation/");
  const only = { "train/a/1.png": greyPng(1, 1, 0) };
  expect(await complaint(only, { isHeldOut: true })).toContain(", or name train/ itself");
  expect(await complaint({ "1.png": greyPng(1, 1, 0) }, { isHeldOut: true })).toBe(
    "DIR: got pictures without classes, expected a folder of them for each class; sort them in folders named after the classes",
  );
  expect(await complaint({ "1.txt": "" }, { isHeldOut: true })).toContain(
    "for each class, or such folders alone",
  );
});

test("pictures of any size and colour, where it is said how they are fitted", async () => {
  const files = {
    "a/1.png": greyPng(8, 8, 255),
    "a/2.png": golden("rgb.png"),
    "b/1.png": greyPng(4, 6, 51),
  };
  const fits = [{ kind: "resize", height: 2, width: 3, by: "smooth" }, { kind: "colour" }] as const;
  const { validation } = await load(files, { isHeldOut: true, fits });
  expect(validation.images).toMatchObject({ shape: [3, 2, 3], count: 3 });
  expect([...validation.labels]).toEqual([0, 1, 0]);
  expect([...validation.images.data.subarray(0, 18)]).toEqual(Array(18).fill(1));
  for (const value of validation.images.data.subarray(18, 36)) expect(value).toBeCloseTo(0.2, 6);
  const crop = [{ kind: "crop", height: 5, width: 5 }] as const;
  expect(await complaint(files, { isHeldOut: true, fits: crop })).toMatch(
    /^DIR\/b\/1.png: preprocessing: got a picture of 6×4, expected at least 5×5/,
  );
  expect(await complaint(files, { isHeldOut: true })).toContain(
    'fit all to the model\'s size, as with --preprocess "resize=256; crop=224", or scale or remove these',
  );
});

test("the order is that of code units, whatever the system's", async () => {
  const { classes } = await load({
    "train/\uff01/1.png": greyPng(1, 1, 0),
    "train/\u{1f600}/1.png": greyPng(1, 1, 0),
    "train/a/1.png": greyPng(1, 1, 0),
    "train/B/1.png": greyPng(1, 1, 0),
    "test/a/1.png": greyPng(1, 1, 0),
  });
  expect(classes).toEqual(["B", "a", "\u{1f600}", "\uff01"]);
});

test("test/ will do for validation/; PNG and JPEG mix; one coloured picture makes all three channels", async () => {
  const { train, validation } = await load({
    "train/a/1.jpg": golden("baseline.jpg"),
    "train/b/1.png": golden("rgb.png"),
    "test/a/1.jpeg": golden("grey.jpg"),
  });
  expect(train.images.shape).toEqual([3, 12, 16]);
  expect(validation.images.shape).toEqual([3, 12, 16]);
  const plane = validation.images.data.subarray(0, 192);
  expect(validation.images.data.subarray(384)).toEqual(plane);
});

test("pictures of other sizes are listed, ten at most", async () => {
  const odd = {
    "train/cat/odd.png": greyPng(4, 2, 0),
    "validation/dog/tall.png": greyPng(3, 5, 0),
  };
  expect(await complaint({ ...pets, ...odd })).toBe(
    "image folder: got 3 sizes of pictures, expected one (most are 3 × 2); scale or remove these\n" +
      "  DIR/train/cat/odd.png: 4 × 2\n  DIR/validation/dog/tall.png: 3 × 5",
  );
  const sound = Object.fromEntries(
    Array.from({ length: 13 }, (_, i) => [`train/dog/more${i}.png`, greyPng(3, 2, i)]),
  );
  const many = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`train/cat/odd${i + 10}.png`, greyPng(4 + i, 2, 0)]),
  );
  const message = await complaint({ ...pets, ...sound, ...many });
  expect(message).toMatch(
    /^image folder: got 13 sizes of pictures, expected one \(most are 3 × 2\)/,
  );
  expect(message.split("\n").slice(-2)).toEqual([
    "  DIR/train/cat/odd19.png: 13 × 2",
    "  and 2 more",
  ]);
});

test("each other error", async () => {
  const cases: readonly (readonly [Files, string])[] = [
    [
      { "train/a/1.png": greyPng(1, 1, 0) },
      "DIR: got train/ alone, expected validation/ or test/ beside it; add that folder",
    ],
    [
      { "train/1.png": greyPng(1, 1, 0), "test/a/1.png": greyPng(1, 1, 0) },
      "DIR/train: got no folder, expected one for each class; sort the pictures in folders",
    ],
    [
      { ...pets, "validation/bird/1.png": greyPng(3, 2, 0) },
      "DIR/validation: got class bird, expected only cat, dog (folders of the training set); rename or remove the folders",
    ],
    [
      { "train/a/1.txt": "x", "test/a/1.png": greyPng(1, 1, 0) },
      "DIR/train: got no PNG or JPEG file, expected some in each class's folder",
    ],
    [
      { ...pets, "train/dog/3.png": "not a picture" },
      "DIR/train/dog/3.png: got another format, expected a PNG or a JPEG (first bytes); convert or remove it",
    ],
    [
      { ...pets, "validation/cat/3.jpg": "GIF89a" },
      "DIR/validation/cat/3.jpg: got a GIF picture, expected a PNG or a JPEG (first bytes); convert it to PNG or JPEG",
    ],
    [
      { ...pets, "train/dog/3.webp": "RIFF0000WEBP" },
      "DIR/train/dog: got 3.webp, expected PNG or JPEG (pictures); convert or remove it",
    ],
  ];
  for (const [files, message] of cases) expect(await complaint(files)).toBe(message);
  const dataDir = folderOf({
    "train/a/1.png": greyPng(28, 28, 0),
    "test/a/1.png": greyPng(28, 28, 0),
  });
  expect(await rejection(loadDataset("mnist", { dataDir }))).toBe(
    `loadDataset: got folders of pictures of [1,28,28], expected the files of mnist, [1,28,28] (${dataDir}); ` +
      "give another name to data of your own",
  );
});

test("tells how many pictures are read", async () => {
  const told: (readonly [number, number])[] = [];
  await load(pets, { onPicture: (done, of) => told.push([done, of]) });
  expect(told).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
    [1, 1],
  ]);
});

test("more classes than a byte can name", async () => {
  const folders = Array.from({ length: 300 }, (_, i) => `c${1000 + i}/1.png`);
  const files = Object.fromEntries(folders.map((name) => [name, greyPng(1, 1, 0)]));
  const { classes, validation } = await load(files, { isHeldOut: true });
  expect(classes.length).toBe(300);
  expect([...validation.labels]).toEqual(Array.from({ length: 300 }, (_, i) => i));
});
