/** The page of the replication: its table follows from the studies. */
import { describe, expect, test } from "vitest";
import { replicationPage } from "../../src/report/replication.js";
import { foundingClaims } from "../../src/study/claims/index.js";
import { concludeStudy } from "../../src/study/conclude.js";
import { exampleStudy, exampleTimings } from "./fixture.js";

const study = exampleStudy({ config: { dataset: { name: "glyphs", dataDir: "/secret/place" } } });
const one = { name: "first", title: "what it looks at", study, timings: exampleTimings(study) };
const page = replicationPage([one], ["second"]);
const rows = page.split("\n").filter((line) => line.startsWith("| "));

describe("the page", () => {
  test("has a row for every deciding contrast of a published claim, with its verdict", () => {
    const conclusions = concludeStudy(study, one.timings);
    const published = conclusions.claims.filter(
      ({ claim }) => !Object.hasOwn(foundingClaims, claim),
    );
    expect(published.length).toBeGreaterThan(0);
    for (const { title, source, verdict, arm } of published) {
      const row = rows.find((line) => line.startsWith(`| ${title} (${source}) |`));
      expect(row).toContain(`first: seed on glyphs, ${arm}`);
      expect(row).toContain(`__${verdict}__`);
    }
  });
  test("says both numbers, the difference and its interval", () => {
    const { claims } = concludeStudy(study, one.timings);
    const ligs = claims
      .flatMap(({ evidence }) => evidence)
      .find(({ measure }) => measure === "ligs");
    const [low] = ligs?.contrast?.interval ?? [0, 0];
    const row = rows.find((line) => line.includes("LIGS"));
    expect(row).toMatch(/batch against none: [−+][\d.]+ \[[−+\d., ]+\] \([\d.]+ → [\d.]+\)/);
    expect(row).toContain(`[${low < 0 ? "−" : "+"}${Math.abs(low).toPrecision(3)}`);
    expect(row).toContain("about −0.2 (");
  });
  test("gives command and seeds, and keeps to itself where the data lay", () => {
    expect(page).toContain("npx normlens study --preset replication --data-dir DATA");
    expect(page).toContain("- seeds 0–9; ");
    expect(page).toContain("--config studies/replication/first/study.json");
    expect(page).not.toContain("/secret");
    expect(page).toContain("Still to run when this page was written: second.");
    expect(replicationPage([one])).not.toContain("Still to run");
  });
  test("counts trials that diverged", () => {
    const [first, ...rest] = study.trials;
    const lost = { ...study, trials: [{ ...first, state: "diverged" as const }, ...rest] };
    expect(replicationPage([{ ...one, study: lost }])).toContain("- 1 trial diverged");
  });
});
