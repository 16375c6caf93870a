/** `normlens serve DIR`: the reports of a folder of studies in this machine's browser, until it is interrupted. */

import { serveStudies } from "../report/serve.node.js";
import { findStudies } from "../report/studies.node.js";
import { terminal } from "./display/terminal.js";
import type { Options } from "./options.js";

export async function serve({ port }: Options, folder: string, signal: AbortSignal): Promise<void> {
  const studies = await findStudies(folder);
  const served = await serveStudies(folder, { port });
  const t = terminal(process.stdout);
  const count = studies.length === 1 ? "1 study" : `${studies.length} studies`;
  t.line(`${count} at ${t.style("bold", served.url)}  ${t.style("dim", "Ctrl-C ends")}`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await served.close();
}
