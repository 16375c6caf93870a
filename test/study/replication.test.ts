/** The list of studies that judge the published claims. */
import { describe, expect, test } from "vitest";
import { claims, foundingClaims, resolveClaims } from "../../src/study/claims/index.js";
import { planStudy } from "../../src/study/plan.js";
import { replicationStudies } from "../../src/study/replication.js";

const designs = Object.entries(replicationStudies).map(
  ([name, { config }]) => [name, planStudy(config).config] as const,
);

describe("the replication", () => {
  test.each(designs)(
    "%s is a design with enough seeds to decide, on small images of few pixels",
    (_, config) => {
      expect(config.seeds.length).toBeGreaterThanOrEqual(10);
      expect(config.dataset.dataDir).toBeUndefined();
    },
  );
  test("judges every claim of the table somewhere", () => {
    const judged = new Set(
      designs.flatMap(([, config]) => resolveClaims(config).judged.map(({ name }) => name)),
    );
    expect(Object.keys(claims).filter((name) => !judged.has(name))).toEqual([]);
    expect(judged.size - Object.keys(foundingClaims).length).toBeGreaterThanOrEqual(10);
  });
  test("has a deeper plain network, a residual and a deep linear one, on four datasets", () => {
    const models = designs.map(([, { model }]) => `${model.name} ${model.depth ?? ""}`.trim());
    expect(models).toEqual(expect.arrayContaining(["plain 8", "resnet8", "linear"]));
    expect(new Set(designs.map(([, { dataset }]) => dataset.name)).size).toBe(4);
  });
});
