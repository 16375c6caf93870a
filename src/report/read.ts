/** Reads a report document that may be broken, foreign, older or newer, and says which. */

import { REPORT_FORMAT, REPORT_VERSION, type ReportData, reportSchema } from "./report-data.js";

/** The document, or one sentence of what is wrong with it and one of what to do. */
export type Reading =
  | { readonly data: ReportData; readonly problem?: undefined }
  | { readonly data?: undefined; readonly problem: Problem };

export interface Problem {
  readonly what: string;
  readonly remedy: string;
  /** Places and causes, for those who mend files. */
  readonly details: readonly string[];
}

const rebuild = "Rebuild the report with `normlens report FOLDER`, where FOLDER holds the study.";
const details = 8;

export function readReport(text: string): Reading {
  const problem = (what: string, remedy = rebuild, details: readonly string[] = []): Reading => ({
    problem: { what, remedy, details },
  });
  if (text.trim() === "" || text.trim() === "null")
    return problem("This page holds no study: it is the empty form that reports are made from.");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return problem("The study in this file is damaged: it is not valid JSON.", rebuild, [cause]);
  }
  const version = versionOf(json);
  if (version === undefined)
    return problem(`The data in this file is not a report: "format" is not "${REPORT_FORMAT}".`);
  if (version !== REPORT_VERSION)
    return problem(
      `The data in this file has version ${version}, and this page shows version ${REPORT_VERSION}: ` +
        `it was made by ${version > REPORT_VERSION ? "a newer" : "an older"} NormLens.`,
    );
  const parsed = reportSchema.safeParse(json);
  if (parsed.success) return { data: parsed.data };
  const issues = parsed.error.issues.map(
    (issue) => `${issue.path.join(".") || "document"}: ${issue.message}`,
  );
  const shown = issues.slice(0, details);
  if (issues.length > details) shown.push(`… and ${issues.length - details} more`);
  return problem(
    "The study in this file is damaged: parts of it are missing or wrong.",
    rebuild,
    shown,
  );
}

function versionOf(json: unknown): number | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  if (!("format" in json) || json.format !== REPORT_FORMAT) return undefined;
  return "version" in json && typeof json.version === "number" ? json.version : 0;
}
