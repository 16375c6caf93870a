/** The JSON Schema of a design file: what `--config` reads, for editors and for programs that write designs. */

import { z } from "zod";
import { armNames } from "./arms.js";
import { studyConfig } from "./config.js";

/** docs/study.schema.json, as a value. Names in tables, and whether parts fit together, are checked when a design is
 *  read; the schema only suggests the names of arms. */
export function studySchemaDocument(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(studyConfig, { io: "input" });
  return {
    $schema,
    title: "NormLens study",
    description: `The design of a study. Arms by name: ${armNames.join(", ")}.`,
    ...schema,
  };
}

/** The text of the document. */
export const studySchemaText = (): string => `${JSON.stringify(studySchemaDocument(), null, 2)}\n`;
