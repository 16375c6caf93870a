/** `normlens report DIR`: the report of a finished study, written again. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { reportData } from "../report/build.js";
import { writeReport } from "../report/render.node.js";
import { concludeStudy } from "../study/conclude.js";
import { readStudy } from "../study/store.node.js";
import { terminal } from "./display/terminal.js";
import type { Options } from "./options.js";
import { summary } from "./summary.js";

export const REPORT_NAME = "report.html";

export async function report({ out, json }: Options, folder: string): Promise<void> {
  const { study, timings } = await readStudy(folder);
  const path = join(out ?? folder, REPORT_NAME);
  const conclusions = concludeStudy(study, timings);
  const data = reportData(study, timings, conclusions);
  await writeReport(data, path);
  if (json === true) {
    const { size } = await stat(path);
    process.stdout.write(
      `${JSON.stringify({ report: path, bytes: size, claims: conclusions.claims })}\n`,
    );
    return;
  }
  const t = terminal(process.stdout);
  for (const line of summary(data, t)) t.line(line);
  t.line(`report   ${path}  ${t.style("dim", pathToFileURL(path).href)}`);
}
