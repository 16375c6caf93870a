/** Writes a report: the page built by web/, with the data of a study in it. One file, no network. */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readFileLimited, writeAtomically } from "../formats/files.node.js";
import { fail } from "../tensor/errors.js";
import { fillTemplate } from "./fill.js";
import type { ReportData } from "./report-data.js";

/** Beside the compiled library; from the sources the built one is used. */
const templates = ["../web/report.html", "../../dist/web/report.html"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** Writes the report to `path`, whole or not at all. `template` is the built page; the library's own by default. */
export async function writeReport(
  data: ReportData,
  path: string,
  { template = templates.find(existsSync) }: { template?: string | undefined } = {},
): Promise<void> {
  if (template === undefined)
    fail(
      "file",
      `report: got no page at ${templates[0]}, expected the built one; run \`npm run build\``,
    );
  const page = new TextDecoder().decode(await readFileLimited(template));
  await writeAtomically(path, fillTemplate(page, data, template));
}
