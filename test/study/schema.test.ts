/** The published JSON Schema is the one that designs are checked with. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { presets } from "../../src/study/presets.js";
import { replicationStudies } from "../../src/study/replication.js";
import { studySchemaDocument, studySchemaText } from "../../src/study/schema.js";

const properties = (value: unknown): Record<string, unknown> =>
  (value as { properties: Record<string, unknown> }).properties;

test("docs/study.schema.json is what `node scripts/study-schema.mjs` writes", () => {
  const path = new URL("../../docs/study.schema.json", import.meta.url);
  expect(readFileSync(path, "utf8")).toBe(studySchemaText());
});

describe("the schema", () => {
  const schema = studySchemaDocument();
  test("has every field of a design, refuses others, and none is required", () => {
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toBeUndefined();
    for (const { config } of [...Object.values(presets), ...Object.values(replicationStudies)])
      expect(Object.keys(properties(schema))).toEqual(expect.arrayContaining(Object.keys(config)));
  });
  test("says how an arm may be written: a name, or an object with a norm", () => {
    const { items } = properties(schema).arms as { items: { anyOf: Record<string, unknown>[] } };
    expect(items.anyOf[0].type).toBe("string");
    expect(items.anyOf[1].required).toEqual(["name", "norm"]);
    expect(Object.keys(properties(items.anyOf[1]))).toContain("freezeAfter");
  });
});
