/** `normlens study` and `normlens report` from outside: a whole small study, stopped and gone on with. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Options } from "../../src/cli/options.js";
import { program } from "../../src/cli/program.js";
import { designOf } from "../../src/cli/study-design.js";
import { readReport, studyCommand } from "../../src/report/index.js";
import { foundingClaims } from "../../src/study/claims/index.js";
import { planStudy } from "../../src/study/plan.js";
import { presets } from "../../src/study/presets.js";
import { studyConfig } from "../../src/study/types.js";
import { normlens, type Outcome } from "./run.js";

const folder = mkdtempSync(join(tmpdir(), "normlens-study-"));
const smoke = ["study", "--preset", "smoke"];
const whole = join(folder, "whole");
let first: Outcome;

beforeAll(async () => {
  first = await normlens([...smoke, "--out", whole, "--workers", "2"]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (...path: string[]): string => readFileSync(join(...path), "utf8");
const dataOf = (html: string): string =>
  /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(html)?.[1] ?? "";

describe("a study", () => {
  test("tells of every trial, every verdict, and where the report is", () => {
    expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: "" });
    expect(first.out).toMatch(
      /^seed on glyphs: none, batch × 2 seeds = 4 trials of 2 epochs, about \d+ s with \d+ at once\n/,
    );
    expect(first.out.match(/^trial [1-4]\/4: (none|batch), seed [01], \d+ s$/gm)?.length).toBe(4);
    for (const { title } of Object.values(foundingClaims))
      expect(first.out).toMatch(
        new RegExp(
          `^[✔✘~=] (supported {3}|refuted {5}|negligible {2}|inconclusive) ${title}$`,
          "m",
        ),
      );
    expect(first.out).toContain("too few seeds");
    expect(first.out).toContain(`report   ${join(whole, "report.html")}  file://`);
    expect(readdirSync(whole).sort()).toEqual(["report.html", "study.json", "timings", "trials"]);
  });

  test("writes a report of below 2 MB that the page accepts, with the command that makes it again", () => {
    const html = read(whole, "report.html");
    expect(html.length).toBeLessThan(2e6);
    const { data, problem } = readReport(dataOf(html));
    expect(problem).toBeUndefined();
    expect(data?.repeat.command).toBe("npx normlens study --preset smoke");
    expect(data?.repeat.trials.length).toBe(4);
    expect(data?.maps.length).toBe(3 * 2 * 4);
  });

  test("run again computes nothing and changes nothing", async () => {
    const before = read(whole, "study.json");
    const { code, out } = await normlens([...smoke, "--out", whole]);
    expect(code).toBe(0);
    expect(out).toMatch(/= 4 trials of 2 epochs, about .* at once\n4 trials found in /);
    expect(out).not.toMatch(/^trial /m);
    expect(read(whole, "study.json")).toBe(before);
  });

  test("--dry-run says what it costs and can show, and does nothing", async () => {
    const out = join(folder, "dry");
    const options = ["--arms", "none,batch,noneDecay", "--rates", "shared,tuned"];
    const measured = ["--measures", "ligs,deletion", "--explainers", "gradCam", "--out", out];
    const { code, out: text } = await normlens([
      ...smoke,
      ...options,
      "--checkpoints",
      "epochs,accuracy",
      ...measured,
      "--dry-run",
    ]);
    expect(code).toBe(0);
    expect(existsSync(out)).toBe(false);
    // 3 decays and 3 arms × 6 rates on 2 tuning seeds each; 2 rules × 2 checkpoints × 3 arms × 2 seeds.
    expect(text).toContain("× 2 seeds × 4 comparisons = 66 trials of 2 epochs, 42 of them to tune");
    const row = (...cells: (string | RegExp)[]) =>
      new RegExp(
        `^${cells.map((cell) => (typeof cell === "string" ? cell : cell.source)).join(" +")}`,
        "m",
      );
    expect(text).toMatch(row("tuning, on held-out training images", "42", "2"));
    expect(text).toMatch(row("the arms", "12", "2"));
    expect(text).toMatch(row("checkpoints of equal accuracy or loss, at most", "12", "2"));
    expect(text).toMatch(row("Deletion AUC, Grad-CAM", /[\d,]+/, "0"));
    expect(text).toMatch(row("maps of gradCam", "10", "10")); // 10 explained images, once forward and back
    expect(text).toMatch(row("LIGS: stability of input gradients", "30", "30")); // clean, and 2 draws
    expect(text).toContain("nothing can be decided");
  });

  test("--json prints one document and nothing else", async () => {
    const { code, out, err } = await normlens([...smoke, "--out", whole, "--json"]);
    expect(code).toBe(0);
    const document = JSON.parse(out) as { report: string; claims: unknown[]; contrasts: unknown[] };
    expect(out.trimEnd()).not.toContain("\n");
    expect(document.report).toBe(join(whole, "report.html"));
    expect(document.claims.length).toBeGreaterThanOrEqual(Object.keys(foundingClaims).length);
    expect(err).toContain("seed on glyphs");
  });

  test("stopped and gone on with, and with one worker, gives the same bytes", async () => {
    const out = join(folder, "stopped");
    let sent = false;
    const stopped = await normlens([...smoke, "--out", out, "--workers", "1"], {
      watch(text, kill) {
        if (sent || !text.includes("trial 1/4")) return;
        sent = true;
        kill("SIGINT");
      },
    });
    expect(stopped.code).toBe(130);
    expect(stopped.out).toContain(
      `finished trials are in ${out}; the same command goes on from there`,
    );
    expect(stopped.err).toMatch(
      /^\nnormlens: stopping, .*\nnormlens: interrupted: study: cancelled by the caller\n$/,
    );
    expect(existsSync(join(out, "study.json"))).toBe(false);
    const kept = readdirSync(join(out, "trials")).length;
    expect(kept).toBeGreaterThanOrEqual(1);
    const rest = await normlens([...smoke, "--out", out, "--workers", "1"]);
    expect(rest.out).toContain(`${kept} trial${kept === 1 ? "" : "s"} found in ${out}\n`);
    expect(read(out, "study.json")).toBe(read(whole, "study.json"));
  });

  test("a damaged trial is computed again, with a note", async () => {
    const [name = ""] = readdirSync(join(whole, "trials"));
    const path = join(whole, "trials", name);
    const good = read(path);
    writeFileSync(path, good.slice(0, 1000));
    const { code, out } = await normlens([...smoke, "--out", whole]);
    expect(code).toBe(0);
    expect(out).toContain(`note: ${path}`);
    expect(out).toContain("3 trials found in ");
    expect(read(path)).toBe(good);
  });
});

describe("normlens report", () => {
  test("writes the same report again", async () => {
    const before = read(whole, "report.html");
    rmSync(join(whole, "report.html"));
    const { code, out } = await normlens(["report", whole]);
    expect(code).toBe(0);
    expect(out).toContain("Batch Norm improves performance");
    expect(read(whole, "report.html") === before).toBe(true); // too long to be shown as a difference
  });

  test("elsewhere, and as JSON", async () => {
    const { code, out, err } = await normlens([
      "report",
      whole,
      "--out",
      join(folder, "elsewhere"),
      "--json",
    ]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const path = join(folder, "elsewhere", "report.html");
    expect(JSON.parse(out)).toMatchObject({ report: path, bytes: readFileSync(path).length });
  });

  test.each([
    ["{}", 3],
    ["not JSON", 3],
  ])("refuses %s", async (text, code) => {
    const broken = mkdtempSync(join(folder, "broken-"));
    writeFileSync(join(broken, "study.json"), text);
    const outcome = await normlens(["report", broken]);
    expect(outcome.code).toBe(code);
    expect(outcome.err).toMatch(
      new RegExp(`^normlens: unusable (file|data): ${join(broken, "study.json")}`),
    );
    expect(readdirSync(broken)).toEqual(["study.json"]);
  });
});

describe("options change the design they start from", () => {
  const design = async (options: Options) => planStudy(await designOf(options)).config;
  test("--seed is the first of --seeds", async () => {
    expect((await design({ seed: 100, seeds: 3 })).seeds).toEqual([100, 101, 102]);
    expect((await design({ preset: "smoke", seed: 5 })).seeds).toEqual([5, 6]);
  });
  test("the rest of a preset stays", async () => {
    const quick = await design({ preset: "quick" });
    const changed = await design({
      preset: "quick",
      data: "mnist",
      trainImages: 500,
      arms: ["batch", "none"],
      epochs: 1,
    });
    expect(changed).toEqual({
      ...quick,
      dataset: { ...quick.dataset, name: "mnist", train: 500 },
      arms: ["batch", "none"].map((name) => ({ name, norm: name })),
      epochs: 1,
    });
  });
  test("--placement holds for every arm, --learning-rate for the optimiser", async () => {
    const { arms, optimiser } = await design({ placement: "before", learningRate: 0.1 });
    expect(arms.map((arm) => arm.placement)).toEqual(["before", "before"]);
    expect(optimiser).toEqual({ name: "adam", learningRate: 0.1 });
  });
  test("a study.json is a design too", async () => {
    const { config } = JSON.parse(read(whole, "study.json")) as { config: unknown };
    expect(await design({ config: join(whole, "study.json") })).toEqual(config);
  });
});

describe("the command at the foot of a report makes the same design", () => {
  const parsed = async (command: string): Promise<unknown> => {
    let options: Options = {};
    const ignore = async (): Promise<void> => {};
    const study = async (given: Options): Promise<void> => {
      options = given;
    };
    const words = [...command.replace("npx normlens ", "").matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)];
    const argv = words.map(([, quoted, bare = ""]) => quoted?.replaceAll("'\\''", "'") ?? bare);
    const others = {
      explain: ignore,
      fold: ignore,
      audit: ignore,
      measures: ignore,
      claims: ignore,
      inspect: ignore,
      evaluate: ignore,
      compare: ignore,
      convert: ignore,
      serve: ignore,
    };
    await program("0", { train: ignore, report: ignore, ...others, study }).parseAsync(argv, {
      from: "user",
    });
    return planStudy(await designOf(options)).config;
  };
  test.each([
    [{}],
    [{ seeds: 12, epochs: 3, batchSize: 64, optimiser: { learningRate: 0.01 } }],
    [{ seeds: [5, 9, 11], model: { name: "plain", depth: 3 }, arms: ["none", "group", "batch"] }],
    [{ seeds: [4] }],
    [{ dataset: { name: "it's mine", dataDir: "/some where", train: 100, validation: 50 } }],
    [
      {
        arms: [
          { name: "none", norm: "none", placement: "after" },
          { name: "batch", norm: "batch", placement: "after" },
        ],
        model: { name: "resnet8" },
      },
    ],
    [{ ...presets.quick.config, seeds: 20, dataset: { name: "mnist" } }],
  ])("%j", async (input) => {
    const config = studyConfig.parse(input);
    const command = studyCommand(config);
    expect(command).not.toContain("--config");
    expect(await parsed(command)).toEqual(config);
  });
});
