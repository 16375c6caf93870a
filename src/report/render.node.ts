/** Writes a report: the page built by web/, with the data of a study in it. One file, no network. */

import { fileURLToPath } from "node:url";
import { readFileLimited, writeAtomically } from "../formats/files.node.js";
import { builtFile } from "../tensor/built-file.js";
import { fillTemplate } from "./fill.js";
import type { ReportData } from "./report-data.js";

const builtPage = (): string => fileURLToPath(builtFile(import.meta.url, "web/report.html"));

/** The built page, empty. */
export async function pageTemplate(path = builtPage()): Promise<string> {
  return new TextDecoder().decode(await readFileLimited(path));
}

/** Writes the report to `path`, whole or not at all. `template` is the built page; the library's own by default. */
export async function writeReport(
  data: ReportData,
  path: string,
  { template = builtPage() }: { template?: string } = {},
): Promise<void> {
  await writeAtomically(path, fillTemplate(await pageTemplate(template), data, template));
}
