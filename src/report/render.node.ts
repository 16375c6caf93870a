/** Writes a report: the page built by web/, with the data of a study in it. One file, no network. */

import { fileURLToPath } from "node:url";
import { readFileLimited, writeAtomically } from "../formats/files.node.js";
import { builtFile } from "../tensor/built-file.js";
import { fillTemplate } from "./fill.js";
import type { ReportData } from "./report-data.js";

/** Writes the report to `path`, whole or not at all. `template` is the built page; the library's own by default. */
export async function writeReport(
  data: ReportData,
  path: string,
  {
    template = fileURLToPath(builtFile(import.meta.url, "web/report.html")),
  }: { template?: string } = {},
): Promise<void> {
  const page = new TextDecoder().decode(await readFileLimited(template));
  await writeAtomically(path, fillTemplate(page, data, template));
}
