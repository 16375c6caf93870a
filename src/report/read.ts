/** Reads a report document that may be broken, foreign, older or newer, and says which. */

import { REPORT_FORMAT, REPORT_VERSION, type ReportData, reportSchema } from "./report-data.js";

/** The document, or what is wrong with it. */
export type ReadResult =
  | { readonly data: ReportData; readonly problem?: undefined }
  | { readonly data?: undefined; readonly problem: Problem };

/** What is wrong, as facts: the page has the words.
 *  - `empty`: no study in the page. `damaged`: not JSON, cut off. `foreign`: JSON, but no report.
 *  - `older`, `newer`: made by another version. `wrong`: parts are missing or of another form.
 *  - `undrawable`: passed every check and still could not be drawn. */
export interface Problem {
  readonly kind: "empty" | "damaged" | "foreign" | "older" | "newer" | "wrong" | "undrawable";
  /** The version found, where there is one. */
  readonly version?: number;
  /** Places and causes, for those who mend files. */
  readonly details: readonly string[];
  /** Details left out. */
  readonly more?: number;
}

/** At most so many details are shown. */
const shown = 8;

export function readReport(text: string): ReadResult {
  if (text.trim() === "" || text.trim() === "null") return problem("empty");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return problem("damaged", {
      details: [error instanceof Error ? error.message : String(error)],
    });
  }
  const version = versionOf(json);
  if (version === undefined) return problem("foreign");
  if (version !== REPORT_VERSION)
    return problem(version > REPORT_VERSION ? "newer" : "older", { version });
  const parsed = reportSchema.safeParse(json);
  if (parsed.success) return { data: parsed.data };
  const issues = parsed.error.issues.map(
    (issue) => `${issue.path.join(".") || "document"}: ${issue.message}`,
  );
  const more = issues.length - shown;
  return problem("wrong", { details: issues.slice(0, shown), ...(more > 0 && { more }) });
}

const problem = (kind: Problem["kind"], rest: Partial<Problem> = {}): ReadResult => ({
  problem: { kind, details: [], ...rest },
});

function versionOf(json: unknown): number | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  if (!("format" in json) || json.format !== REPORT_FORMAT) return undefined;
  return "version" in json && typeof json.version === "number" ? json.version : 0;
}
