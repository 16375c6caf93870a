// Writes docs/study.schema.json from the schema that designs are checked with.
//
//   node scripts/study-schema.mjs

import { writeFileSync } from "node:fs";
import { studySchemaText } from "../dist/study/schema.js";

writeFileSync(new URL("../docs/study.schema.json", import.meta.url), studySchemaText());
