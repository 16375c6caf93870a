/** Puts data into the built page so that nothing in them can be taken for markup. */

import { fail } from "../tensor/errors.js";
import type { ProblemDocument, StudyList } from "./list.js";
import type { ReportData } from "./report-data.js";

/** What the page can show. */
export type PageDocument = ReportData | StudyList | ProblemDocument;

const opening = '<script type="application/json" id="report-data">';
const empty = `${opening}null</script>`;

/** The page with the data in its place. `name` is the template's name for messages. */
export function fillTemplate(page: string, data: PageDocument, name = "template"): string {
  const parts = page.split(empty);
  if (parts.length !== 2)
    fail(
      "file",
      `report: got ${parts.length - 1} places for data in ${name}, expected 1; build the page again with \`npm run build\``,
    );
  return `${parts[0]}${opening}${embeddable(data)}</script>${parts[1]}`;
}

/** JSON without "<", so that neither `</script>` nor `<!--` can occur in it; a reader gets the same value. */
const embeddable = (data: PageDocument): string => JSON.stringify(data).replaceAll("<", "\\u003c");
