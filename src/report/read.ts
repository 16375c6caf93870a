/** Reads a report document that may be broken, foreign, older or newer, and says which. */

import type { z } from "zod";
import { LIST_FORMAT, listSchema, PROBLEM_FORMAT, problemSchema, type StudyList } from "./list.js";
import { REPORT_FORMAT, REPORT_VERSION, type ReportData, reportSchema } from "./report-data.js";

/** What the page is to show: a report, a list of studies, or what is wrong. */
export type ReadResult =
  | { readonly data: ReportData; readonly list?: undefined; readonly problem?: undefined }
  | { readonly list: StudyList; readonly data?: undefined; readonly problem?: undefined }
  | { readonly problem: Problem; readonly data?: undefined; readonly list?: undefined };

/** What is wrong, as facts: the page has the words.
 *  - `empty`: no study in the page. `damaged`: not JSON, cut off. `foreign`: JSON, but no report.
 *  - `older`, `newer`: made by another version. `wrong`: parts are missing or of another form.
 *  - `unreadable`: whoever served the page could not read the study.
 *  - `undrawable`: passed every check and still could not be drawn. */
export interface Problem {
  readonly kind:
    | "empty"
    | "damaged"
    | "foreign"
    | "older"
    | "newer"
    | "wrong"
    | "unreadable"
    | "undrawable";
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
  const other = otherDocument(json);
  if (other !== undefined) return other;
  const version = versionOf(json);
  if (version === undefined) return problem("foreign");
  if (version !== REPORT_VERSION)
    return problem(version > REPORT_VERSION ? "newer" : "older", { version });
  const parsed = reportSchema.safeParse(json);
  return parsed.success ? { data: parsed.data } : wrong(parsed.error);
}

/** A list of studies, or the message of a server that has none to show; undefined for anything else. */
function otherDocument(json: unknown): ReadResult | undefined {
  const format = formatOf(json);
  if (format === PROBLEM_FORMAT) {
    const parsed = problemSchema.safeParse(json);
    const message = parsed.success ? parsed.data.message : "";
    return problem("unreadable", { details: [message] });
  }
  if (format !== LIST_FORMAT) return undefined;
  const parsed = listSchema.safeParse(json);
  return parsed.success ? { list: parsed.data } : wrong(parsed.error);
}

function wrong(error: z.ZodError): ReadResult {
  const issues = error.issues.map(
    (issue) => `${issue.path.join(".") || "document"}: ${issue.message}`,
  );
  const more = issues.length - shown;
  return problem("wrong", { details: issues.slice(0, shown), ...(more > 0 && { more }) });
}

const problem = (kind: Problem["kind"], rest: Partial<Problem> = {}): ReadResult => ({
  problem: { kind, details: [], ...rest },
});

const formatOf = (json: unknown): unknown =>
  typeof json === "object" && json !== null && "format" in json ? json.format : undefined;

function versionOf(json: unknown): number | undefined {
  if (typeof json !== "object" || json === null || formatOf(json) !== REPORT_FORMAT)
    return undefined;
  return "version" in json && typeof json.version === "number" ? json.version : 0;
}
