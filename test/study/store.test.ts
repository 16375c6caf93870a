/** A study's folder, and everything that can be wrong with its files. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { reportData } from "../../src/report/build.js";
import { canonicalJson, hashText } from "../../src/study/canonical.js";
import { concludeStudy } from "../../src/study/conclude.js";
import { readStudyFile, readTrial, studyText, trialText } from "../../src/study/store.js";
import { readStudy, store } from "../../src/study/store.node.js";
import type { TrialTimings } from "../../src/study/types.js";
import { RESULT_VERSION } from "../../src/study/version.js";
import { NormLensError } from "../../src/tensor/errors.js";
import { FINGERPRINT, study, trial } from "./fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "normlens-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const result = trial();
const text = trialText(result);
const bytes = bytesOf(text);
const hash = FINGERPRINT;
const timings: TrialTimings = {
  hash,
  arm: "batch",
  seed: 3,
  trainSeconds: 1.5,
  measureSeconds: 0.5,
  measures: { stepTime: 600 },
};
const read = (changed: Uint8Array): unknown => readTrial(changed, "t.json", hash);

/** The trial in changed bytes: the original, or an error of ours that names the file. */
function readOrRefuse(changed: Uint8Array): "refused" | "unchanged" {
  try {
    expect(read(changed)).toEqual(result);
    return "unchanged";
  } catch (error) {
    if (!(error instanceof NormLensError)) throw error;
    expect(["file", "data"]).toContain(error.kind);
    expect(error.message.startsWith("t.json: ")).toBe(true);
    return "refused";
  }
}

describe("a trial's file", () => {
  test("reads back as it was written", () => {
    expect(read(bytes)).toEqual(result);
    expect(trialText(trial())).toBe(text);
  });
  test("cut off at every length: refused, or only the last line break is missing", () => {
    for (let length = 0; length < bytes.length; length++)
      expect(readOrRefuse(bytes.subarray(0, length))).toBe(
        length === bytes.length - 1 ? "unchanged" : "refused",
      );
  });
  test("every byte changed, in five ways: refused, or still the same trial", () => {
    let unchanged = 0;
    for (let at = 0; at < bytes.length; at++)
      for (const other of [bytes[at] ^ 1, bytes[at] ^ 0x80, 0x20, 0x30, 0x22]) {
        if (other === bytes[at]) continue;
        const changed = bytes.slice();
        changed[at] = other;
        if (readOrRefuse(changed) === "unchanged") unchanged++;
      }
    // A space in place of the line break at the end.
    expect(unchanged).toBe(1);
  });
  test("a byte more or less at every place", () => {
    for (let at = 0; at < bytes.length - 1; at++) {
      expect(
        readOrRefuse(Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1)])),
      ).toBe("refused");
      expect(
        readOrRefuse(Uint8Array.from([...bytes.subarray(0, at), 0x31, ...bytes.subarray(at)])),
      ).toBe("refused");
    }
  });

  const forged = (change: (value: Record<string, unknown>) => unknown): Uint8Array => {
    const changed = change(JSON.parse(canonicalJson(result)) as Record<string, unknown>);
    return bytesOf(
      canonicalJson({
        format: "normlens-trial",
        version: RESULT_VERSION,
        checksum: hashText(canonicalJson(changed)),
        result: changed,
      }),
    );
  };
  test.each<[string, Uint8Array, string]>([
    ["empty", new Uint8Array(), "t.json: "],
    ["zeros", new Uint8Array(100), "t.json: "],
    [
      "another number",
      bytesOf(text.replace('"seed":3', '"seed":4')),
      "t.json: its checksum does not fit its content, expected an unchanged file; delete it",
    ],
    [
      "another trial's",
      forged((value) => ({ ...value, hash: "a".repeat(64) })),
      `t.json: got trial ${"a".repeat(64)}, expected ${hash}; delete it`,
    ],
    [
      "another version",
      bytesOf(text.replace(`"version":${RESULT_VERSION}`, '"version":999')),
      "t.json: version: ",
    ],
    ["a list", bytesOf("[1]"), "t.json: whole file: "],
    ["null", bytesOf("null"), "t.json: whole file: "],
    ["an unknown key", forged((value) => ({ ...value, extra: 1 })), "t.json: result: "],
    [
      "a key of every object",
      forged((value) => ({ ...value, measures: JSON.parse('{"__proto__":1}') })),
      "t.json: its checksum does not fit its content",
    ],
    [
      "too few scores",
      forged((value) => ({ ...value, measures: { ligs: { value: 1, images: [1], states: {} } } })),
      "t.json: result: a measure's images are not the explained ones",
    ],
    [
      "too few answers",
      forged((value) => ({
        ...value,
        measures: {},
        explained: { indices: [1, 2], correct: [true] },
      })),
      "t.json: result: explained.indices and explained.correct differ in length",
    ],
    [
      "a map of another size",
      forged((value) => ({
        ...value,
        maps: [{ ...result.maps[0], shape: [999999999, 999999999] }],
      })),
      "t.json: result.maps.0: values do not fill the shape",
    ],
    [
      "infinity",
      bytesOf(text.replace('"temperature":1.25', '"temperature":1e999')),
      "t.json: result.temperature: ",
    ],
    ["a million brackets", bytesOf("[".repeat(1_000_000)), "t.json: "],
    ["deep but closed", bytesOf(`${"[".repeat(200_000)}${"]".repeat(200_000)}`), "t.json: "],
  ])("%s is refused with its place", (_, changed, message) => {
    expect(() => read(changed)).toThrow(NormLensError);
    expect(() => read(changed)).toThrow(message);
  });
});

describe("a folder", () => {
  const files = store(folder);
  const path = join(folder, "trials", `${hash}.json`);
  const beside = join(folder, "timings", `${hash}.json`);
  const load = async () => {
    const notices: string[] = [];
    return { kept: await files.load(hash, (message) => notices.push(message)), notices };
  };

  test("keeps a trial and its timings; nothing else lies about", async () => {
    expect(await load()).toEqual({ kept: undefined, notices: [] });
    await files.save({ result, timings });
    expect(await load()).toEqual({ kept: { result, timings }, notices: [] });
    expect(readdirSync(folder).sort()).toEqual(["timings", "trials"]);
    expect(readdirSync(join(folder, "trials"))).toEqual([`${hash}.json`]);
    expect(readFileSync(path, "utf8")).toBe(text);
  });
  test("a damaged trial is told of and taken as missing", async () => {
    await files.save({ result, timings });
    for (const length of [0, 1, 100, bytes.length - 2]) {
      writeFileSync(path, bytes.subarray(0, length));
      const { kept, notices } = await load();
      expect(kept).toBeUndefined();
      expect(notices).toEqual([expect.stringMatching(/ \(the trial is computed again\)$/)]);
      expect(notices[0].startsWith(path)).toBe(true);
    }
    await files.save({ result, timings });
    expect((await load()).kept).toEqual({ result, timings });
  });
  test("damaged timings cost the timings alone, whatever byte is changed", async () => {
    await files.save({ result, timings });
    const good = readFileSync(beside);
    for (let at = 0; at < good.length - 1; at += 3) {
      const changed = Uint8Array.from(good);
      changed[at] ^= 0x80;
      writeFileSync(beside, changed);
      const { kept, notices } = await load();
      expect(kept).toEqual({ result, timings: undefined });
      expect(notices.length).toBe(1);
    }
    rmSync(beside);
    expect(await load()).toEqual({ kept: { result, timings: undefined }, notices: [] });
  });
  test("timings of another trial are not taken", async () => {
    await files.save({ result, timings });
    writeFileSync(beside, canonicalJson({ ...timings, hash: "b".repeat(64) }));
    expect((await load()).kept?.timings).toBeUndefined();
  });
  test("a folder in a file's place is told of; one that cannot be made is an error", async () => {
    mkdirSync(path, { recursive: true });
    const { kept, notices } = await load();
    expect(kept).toBeUndefined();
    expect(notices).toEqual([
      `${path}: got a folder, expected a file (the trial is computed again)`,
    ]);
    rmSync(join(folder, "trials"), { recursive: true });
    writeFileSync(join(folder, "trials"), "a file");
    await expect(files.save({ result, timings })).rejects.toThrow(NormLensError);
  });
  test("what a killed writer left behind is not taken for a trial", async () => {
    mkdirSync(join(folder, "trials"));
    writeFileSync(join(folder, "trials", `.${hash}.json.1234.tmp`), text);
    expect(await load()).toEqual({ kept: undefined, notices: [] });
  });
});

describe("study.json", () => {
  const done = study((arm) => ({ trainLoss: arm === "none" ? 1 : 2 }), {
    config: { arms: ["none", "batch"], seeds: 2, epochs: 1, model: { name: "mlp" } },
  });
  const path = join(folder, "study.json");
  const refused = (changed: unknown) => () =>
    readStudyFile(bytesOf(JSON.stringify(changed)), "s.json");

  test("reads back with the timings that are there", async () => {
    await store(folder).saveStudy(done);
    expect(readFileSync(path, "utf8")).toBe(studyText(done));
    const [first] = done.trials;
    await store(folder).save({ result: first, timings: { ...timings, hash: first.hash } });
    expect(await readStudy(folder)).toEqual({
      study: done,
      timings: [{ ...timings, hash: first.hash }],
    });
  });
  test("missing: the error says so", async () => {
    await expect(readStudy(folder)).rejects.toThrow(path);
    expect(existsSync(path)).toBe(false);
  });
  test("cut off at many lengths, or with a byte changed: an error of ours, or the form of a study", () => {
    const whole = bytesOf(studyText(done));
    const attempt = (changed: Uint8Array): void => {
      try {
        readStudyFile(changed, "s.json");
      } catch (error) {
        if (!(error instanceof NormLensError)) throw error;
        expect(error.message.startsWith("s.json: ")).toBe(true);
      }
    };
    for (let at = 0; at < whole.length - 1; at += 7) {
      expect(() => readStudyFile(whole.subarray(0, at), "s.json")).toThrow(NormLensError);
      const changed = whole.slice();
      changed[at] ^= 1 << (at & 7);
      attempt(changed);
    }
  });
  test("any number or word replaced by another: an error of ours, or conclusions and a report", () => {
    const whole = studyText(done);
    const others = [
      "0",
      "-1",
      "0.5",
      "123456789",
      "1e300",
      "null",
      "true",
      '""',
      '"x"',
      "[]",
      "{}",
    ];
    let accepted = 0;
    for (const { index, 0: word } of whole.matchAll(/"[^"]*":?|-?\d[\d.e-]*|true|false|null/g))
      for (const other of word.endsWith(":") ? [] : others) {
        const changed = whole.slice(0, index) + other + whole.slice(index + word.length);
        try {
          const read = readStudyFile(bytesOf(changed), "s.json");
          reportData(read, [], concludeStudy(read));
          accepted++;
        } catch (error) {
          if (!(error instanceof NormLensError)) throw error;
        }
      }
    expect(accepted).toBeGreaterThan(100);
  });
  test.each<[string, unknown, string]>([
    [
      "another version",
      { ...done, version: 999 },
      `s.json: got a study of format 999, expected ${RESULT_VERSION}; run the study again`,
    ],
    ["another format", { ...done, format: "x" }, "s.json: format: "],
    [
      "an unknown norm",
      { ...done, config: { ...done.config, arms: [{ name: "a", norm: "bach" }] } },
      's.json: config.arms.0.norm: got "bach", expected none, ',
    ],
    [
      "a trial too few",
      { ...done, trials: done.trials.slice(0, 3) },
      "s.json: trials.3: got nothing, expected batch, seed 1; run the study again",
    ],
    [
      "a trial too many",
      { ...done, trials: [...done.trials, done.trials[0]] },
      "s.json: trials.4: got none, seed 0, expected nothing more",
    ],
    [
      "trials in another order",
      { ...done, trials: [...done.trials].reverse() },
      "s.json: trials.0: got batch, seed 1, expected none, seed 0",
    ],
    [
      "pixels that do not fit",
      {
        ...done,
        dataset: {
          ...done.dataset,
          pictures: [{ image: 0, label: 0, shape: [1, 2, 2], pixels: [1] }],
        },
      },
      "s.json: dataset.pictures.0: pixels or mask do not fill the shape",
    ],
    [
      "another number of epochs",
      { ...done, config: { ...done.config, epochs: 3 } },
      "s.json: trials.0.history: got 1 epochs, expected 3; run the study again",
    ],
    [
      "a network without end",
      { ...done, config: { ...done.config, model: { name: "plain", depth: 1e9 } } },
      "s.json: config.model.depth: ",
    ],
  ])("%s is refused", (_, changed, message) => {
    expect(refused(changed)).toThrow(message);
  });
});
