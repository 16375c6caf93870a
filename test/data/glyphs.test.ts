import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { canvas } from "../../src/data/glyphs/canvas.js";
import { bit, CONCEPTS, type Concept } from "../../src/data/glyphs/concepts.js";
import { glyphs } from "../../src/data/glyphs/glyphs.js";
import { DIFFICULTIES, type Difficulty, type GlyphOptions } from "../../src/data/glyphs/options.js";
import { paintScene } from "../../src/data/glyphs/scene.js";
import { random } from "../../src/tensor/random.js";
import { messageOf } from "../formats/hostile.js";

const few = { train: 20, validation: 10 } as const;

/** SHA-256 of everything: another value means that every study on glyphs has changed. */
const pins: readonly (readonly [GlyphOptions, string])[] = [
  [{}, "7f5038ec2ca2d4c72320aab73f6c2c886f475d45bc77f351729deb745ffe6f4e"],
  [{ seed: 1 }, "33e9ce13655173d92ab38c39528edc4f46b74e25b2948959ea413f47cda84bf8"],
  [{ difficulty: "easy" }, "384172d3bfdf89cb6dfa5b5aff3f80c26aed632ec499cb16ac3cc93eb69c6feb"],
  [{ difficulty: "hard" }, "e95ecddd2aa18f9a41fa262f7745bad685dbbd8ad69037f715a94e4c774c2985"],
  [{ channels: 3 }, "3cdf2cd2f6d351b77cc13bd714961496a12b00058171147b63a23b6223811192"],
  [{ size: 32, channels: 3 }, "5df111efb3d19d5f65e293528b498964322e3f6dc03b38050dc67a7f3a6cc128"],
  [{ size: 64 }, "f3344fadf8812ec59d5e1940c0da7ecd70f58d4805897fb6a75bbf207ec01d76"],
  [
    { size: 64, channels: 3, difficulty: "hard", seed: "a text" },
    "3e60f7749e0ea0c3ae34fe965dc41a7765b8b8f48c5302985132f4a5ee4a594d",
  ],
];

test.each(pins)("the same bytes everywhere: %o", (options, pinned) => {
  const { fingerprint, train } = glyphs({ ...few, ...options });
  expect(train.images.shape).toEqual([
    options.channels ?? 1,
    options.size ?? 28,
    options.size ?? 28,
  ]);
  expect(fingerprint).toBe(pinned);
});

test("an image depends on its number, not on how many are made", () => {
  const [long, short] = [
    glyphs({ train: 37, validation: 12 }),
    glyphs({ train: 12, validation: 5 }),
  ];
  for (const name of ["train", "validation"] as const) {
    const [a, b] = [long[name], short[name]];
    expect(a.images.data.subarray(0, b.images.data.length)).toEqual(b.images.data);
    expect(a.labels.subarray(0, b.labels.length)).toEqual(b.labels);
    expect(a.masks?.subarray(0, b.masks?.length)).toEqual(b.masks);
    expect(a.concepts?.maps.subarray(0, b.concepts?.maps.length)).toEqual(b.concepts?.maps);
  }
});

const large = glyphs({ train: 600, validation: 300 });

test("every ten images in a row are the ten digits, in changing order", () => {
  const tens = Array.from({ length: 60 }, (_, i) => [
    ...large.train.labels.slice(10 * i, 10 * i + 10),
  ]);
  for (const ten of tens) expect([...ten].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(new Set(tens.map(String)).size).toBe(60);
});

test("no image occurs twice, in both splits", () => {
  const images = [large.train, large.validation].flatMap(({ images: { data, count } }) =>
    Array.from({ length: count }, (_, i) =>
      createHash("sha1")
        .update(data.subarray(784 * i, 784 * i + 784))
        .digest("hex"),
    ),
  );
  expect(new Set(images).size).toBe(900);
});

const plain: Difficulty = {
  ...DIFFICULTIES.standard,
  strays: [0, 0],
  fragments: [0, 0],
  textured: 0,
  noise: [0, 0],
};

/** A picture of one digit alone. */
function scene(digit: number, difficulty: Difficulty, seed: number, channels = 1) {
  const painted = canvas(28, channels);
  paintScene(painted, digit, difficulty, random(seed));
  return painted;
}

test("on an empty background the mask is exactly what differs by half of the contrast", () => {
  for (let seed = 0; seed < 200; seed++) {
    const difficulty = { ...plain, contrast: [0.8, 0.8], inverted: seed % 2 } as const;
    const { levels, mask } = scene(seed % 10, difficulty, seed);
    const background = levels[0];
    expect(
      [...levels].map((level) => (Math.abs(level - background) >= 0.4 - 1e-12 ? 1 : 0)),
    ).toEqual([...mask]);
    expect(mask.some(Boolean)).toBe(true);
  }
});

test("nothing is painted over the digit: behind clutter and textures its core has one level", () => {
  const difficulty = { ...DIFFICULTIES.hard, noise: [0, 0] } as const;
  for (let seed = 0; seed < 200; seed++) {
    const { levels, mask } = scene(seed % 10, difficulty, seed);
    const inside = levels.filter((_, p) => mask[p] === 1);
    const counts = new Map<number, number>();
    for (const level of inside) counts.set(level, (counts.get(level) ?? 0) + 1);
    const [colour] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best));
    // Levels at the edge are blends; full ones are equal to the last bit, and none is in the mask's outside.
    expect(counts.get(colour) ?? 0).toBeGreaterThan(inside.length / 4);
    const outside = levels.filter((_, p) => mask[p] === 0);
    expect([...outside].every((level) => level !== colour)).toBe(true);
  }
});

test("a texture's bit stands exactly where the background is no longer plain", () => {
  const textured = { ...plain, textured: 1, texture: [0.1, 0.1] } as const;
  const seen = new Set<Concept>();
  for (let seed = 0; seed < 60; seed++) {
    const { levels, mask, concepts } = scene(1, textured, seed);
    const { levels: bare } = scene(1, { ...textured, texture: [0, 0] }, seed);
    for (const kind of ["grating", "checker", "dots", "gradient"] as const) {
      const marked = [...concepts.keys()].filter((p) => concepts[p] & bit(kind));
      if (marked.length > 0) seen.add(kind);
      const changed = marked.filter((p) => levels[p] !== bare[p]);
      if (marked.length > 20) expect(changed.length / marked.length).toBeGreaterThan(0.9);
    }
    const textures = bit("grating") | bit("checker") | bit("dots") | bit("gradient");
    for (let p = 0; p < 784; p++)
      if (!mask[p] && !(concepts[p] & textures)) expect(levels[p]).toBe(bare[p]);
  }
  expect(seen.size).toBe(4);
});

const strokes = [
  bit("horizontal stroke"),
  bit("rising stroke"),
  bit("vertical stroke"),
  bit("falling stroke"),
];
const anyStroke = strokes.reduce((a, b) => a | b);
const textures = [bit("grating"), bit("checker"), bit("dots"), bit("gradient")];
const ones = (word: number): number => word.toString(2).replaceAll("0", "").length;

test.each(["easy", "standard", "hard"] as const)(
  "%s: concepts, mask and one another agree",
  (difficulty) => {
    const { train } = glyphs({ train: 300, validation: 1, difficulty });
    const maps = train.concepts?.maps ?? new Uint16Array();
    const masks = train.masks ?? new Uint8Array();
    expect(train.concepts?.names).toEqual(CONCEPTS);
    const wrong = [...maps.keys()].filter((p) => {
      const has = (concept: Concept): boolean => (maps[p] & bit(concept)) !== 0;
      const drawn = masks[p] === 1 || has("clutter");
      return (
        ones(maps[p] & anyStroke) !== (drawn ? 1 : 0) ||
        (masks[p] === 1 && (has("clutter") || has("loop interior"))) ||
        (has("curve") && !drawn) ||
        maps[p] >> CONCEPTS.length !== 0
      );
    });
    expect(wrong).toEqual([]);
    for (let i = 0; i < 300; i++) {
      const all = maps.subarray(784 * i, 784 * i + 784).reduce((a, b) => a | b, 0);
      expect(textures.filter((texture) => all & texture).length).toBeLessThanOrEqual(1);
    }
    const union = maps.reduce((a, b) => a | b, 0);
    expect(CONCEPTS.filter((concept) => !(union & bit(concept)))).toEqual([]);
  },
);

test("digits have the loops and ends that they have", () => {
  const gentle = {
    ...plain,
    ...DIFFICULTIES.easy,
    strays: [0, 0],
    textured: 0,
    noise: [0, 0],
  } as const;
  for (let seed = 0; seed < 100; seed++) {
    const union = (digit: number): number =>
      scene(digit, gentle, seed).concepts.reduce((a, b) => a | b, 0);
    for (const digit of [0, 8]) {
      expect(union(digit) & bit("loop interior"), `${digit}, ${seed}`).toBeTruthy();
      expect(union(digit) & bit("end point"), `${digit}, ${seed}`).toBe(0);
    }
    for (const digit of [1, 7]) {
      expect(union(digit) & bit("loop interior"), `${digit}, ${seed}`).toBe(0);
      expect(union(digit) & bit("end point"), `${digit}, ${seed}`).toBeTruthy();
    }
    expect(union(0) & bit("junction")).toBe(0);
    expect(union(8) & bit("junction")).toBeTruthy();
    expect(union(0) & bit("curve")).toBeTruthy();
  }
});

test("the thinnest strokes keep their loops closed", () => {
  const thin = { ...plain, ...DIFFICULTIES.hard, radius: [0.03, 0.03], strays: [0, 0] } as const;
  for (let seed = 0; seed < 300; seed++) {
    const { concepts } = scene(0, { ...thin, fragments: [0, 0] }, seed);
    expect(concepts.filter((word) => word & bit("loop interior")).length).toBeGreaterThan(15);
  }
});

test("digits are brighter than their background, unless inverted", () => {
  const contrast = (difficulty: "easy" | "standard" | "hard"): number[] => {
    const { train } = glyphs({ train: 100, validation: 1, difficulty });
    return Array.from({ length: 100 }, (_, i) => {
      const [sums, counts] = [
        [0, 0],
        [0, 0],
      ];
      for (let p = 784 * i; p < 784 * (i + 1); p++) {
        const inside = train.masks?.[p] ?? 0;
        sums[inside] += train.images.data[p];
        counts[inside]++;
      }
      return sums[1] / counts[1] - sums[0] / counts[0];
    });
  };
  expect(Math.min(...contrast("easy"))).toBeGreaterThan(80);
  expect(Math.min(...contrast("standard"))).toBeGreaterThan(30);
  const darker = contrast("hard").filter((difference) => difference < 0).length;
  expect(darker).toBeGreaterThan(30);
  expect(darker).toBeLessThan(70);
});

test("three channels are tinted, and their mean is the grey picture's kind", () => {
  const { images } = glyphs({ train: 50, validation: 1, channels: 3 }).train;
  const means = [0, 0, 0];
  images.data.forEach((value, i) => {
    means[Math.floor(i / 784) % 3] += value / (50 * 784);
  });
  const grey = glyphs({ train: 50, validation: 1 }).train.images.data;
  let greyMean = 0;
  for (const value of grey) greyMean += value / grey.length;
  for (const mean of means) expect(Math.abs(mean - greyMean)).toBeLessThan(20);
  const tinted = Array.from({ length: 784 }, (_, p) => images.data[p] !== images.data[784 + p]);
  expect(tinted.filter(Boolean).length).toBeGreaterThan(600);
});

test("options that cannot be drawn are refused", () => {
  const cases: readonly (readonly [() => unknown, string])[] = [
    [
      () => glyphs({ train: 0 }),
      "glyphs: got train 0, expected a whole number from 1 to 1,000,000",
    ],
    [
      () => glyphs({ validation: 1.5 }),
      "glyphs: got validation 1.5, expected a whole number from 1 to 1,000,000",
    ],
    [() => glyphs(JSON.parse('{"size": 29}')), "glyphs: got size 29, expected 28, 32, 64"],
    [() => glyphs(JSON.parse('{"channels": 2}')), "glyphs: got channels 2, expected 1, 3"],
    [
      () => glyphs(JSON.parse('{"difficulty": "toString"}')),
      "glyphs: got difficulty toString, expected easy, standard, hard",
    ],
  ];
  for (const [act, message] of cases) expect(messageOf(act)).toBe(message);
});
