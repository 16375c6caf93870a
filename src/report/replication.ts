/** What became of the published claims: several studies as one Markdown page. Everything on it comes from the studies;
 *  nothing is written by hand. */

import { foundingClaims } from "../study/claims/index.js";
import { concludeStudy } from "../study/conclude.js";
import { conditionTitle, studiesUnder } from "../study/conditions.js";
import type { Condition, Study, TrialTimings } from "../study/types.js";
import { reportData } from "./build.js";
import type { ReportClaim, ReportData, ReportEvidence } from "./report-data.js";
import { numbersOf, terms } from "./words/index.js";

export interface ReplicatedStudy {
  readonly name: string;
  readonly title: string;
  readonly study: Study;
  readonly timings: readonly TrialTimings[];
}

/** One study under one of its rules, with what it says. */
interface Judged {
  readonly name: string;
  readonly condition: Condition | undefined;
  readonly data: ReportData;
  readonly unjudged: readonly string[];
}

const { verdicts } = terms.en;
const numbers = numbersOf("en");

/** The page of the studies that are done; `left` are those that are not. */
export function replicationPage(
  studies: readonly ReplicatedStudy[],
  left: readonly string[] = [],
): string {
  const judged = studies.flatMap(judgedOf);
  const lines = [
    "# What became of the published claims",
    "",
    "Every number on this page was written by the program:",
    "",
    "```sh",
    "npx normlens study --preset replication --data-dir DATA --out studies/replication",
    "```",
    "",
    "`DATA` holds a folder for each dataset (`mnist`, `fashion-mnist`, `cifar10`); without it they are downloaded. " +
      "The studies are listed [below](#the-studies), and each one's folder holds a report.",
    "",
    "Networks, images and epochs are far smaller than those of the papers, so a verdict here says whether an effect " +
      "shows at this size, not whether a paper is right. A claim is *supported* if the 95 % interval of every deciding " +
      "contrast lies on its side and the test is significant after Holm's correction, *refuted* if one lies on the other " +
      "side, *negligible* if the difference is smaller than the margin fixed beforehand, else *inconclusive*.",
    "",
    "## Published claims",
    "",
    ...claimsTable(judged),
    "",
    "## The founding claims, study by study",
    "",
    ...matrix(judged),
    "",
    "## The studies",
    "",
    ...studies.flatMap(studySection),
    ...missing(judged),
    ...(left.length === 0
      ? []
      : [`Still to run when this page was written: ${left.join(", ")}.`, ""]),
  ];
  return `${lines.join("\n").replaceAll("\u00a0", " ").trimEnd()}\n`;
}

function judgedOf({ name, study, timings }: ReplicatedStudy): Judged[] {
  const all = studiesUnder(study);
  return all.map(({ condition, study: under }) => {
    const conclusions = concludeStudy(under, timings);
    return {
      name,
      condition: all.length > 1 ? condition : undefined,
      data: reportData(under, timings, conclusions),
      unjudged: conclusions.unjudged.map(({ claim }) => claim),
    };
  });
}

const isFounding = ({ claim }: ReportClaim): boolean => Object.hasOwn(foundingClaims, claim);

/** Words in a cell of a table. */
const cell = (text: string): string => text.replaceAll("|", "\\|");
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;

/** A row for each deciding contrast of each published claim in each study that judges it. */
function claimsTable(judged: readonly Judged[]): string[] {
  const names = [
    ...new Set(
      judged.flatMap(({ data }) => data.claims.filter((c) => !isFounding(c)).map((c) => c.claim)),
    ),
  ];
  const rows = names.flatMap((name) =>
    judged.flatMap((one) =>
      one.data.claims
        .filter(({ claim }) => claim === name)
        .flatMap((claim) => claimRows(claim, one)),
    ),
  );
  return [
    row("claim", "study", "measure", "published", "here, with 95 % interval", "verdict"),
    "|---|---|---|---|---|---|",
    ...rows,
  ];
}

function claimRows(claim: ReportClaim, one: Judged): string[] {
  const deciding = claim.evidence.filter(({ primary }) => primary);
  return deciding.map((item, i) =>
    row(
      i === 0 ? `${claim.title.en} (${claim.source})` : "",
      i === 0 ? placeOf(one, claim) : "",
      measureTitle(item, one.data),
      publishedOf(item, one.data),
      hereOf(item, one.data),
      i === 0 && deciding.length > 1
        ? `__${verdicts[claim.verdict]}__; this: ${verdicts[item.verdict]}`
        : i === 0
          ? `__${verdicts[claim.verdict]}__`
          : `this: ${verdicts[item.verdict]}`,
    ),
  );
}

function placeOf({ name, condition, data }: Judged, { arm }: ReportClaim): string {
  const { model, dataset } = data.setup;
  const rule = condition ? `; ${conditionTitle(condition)}` : "";
  return `${name}: ${model.name} on ${dataset.name}, ${arm}${rule}`;
}

const measureOf = ({ measure }: ReportEvidence, { measures }: ReportData) =>
  measures.find(({ name }) => name === measure);

const measureTitle = (item: ReportEvidence, data: ReportData): string =>
  measureOf(item, data)?.title.en ?? item.measure;

function publishedOf(item: ReportEvidence, data: ReportData): string {
  const [measure, { published, contrast }] = [measureOf(item, data), item];
  if (!published || !measure || !contrast) return "direction alone";
  const about = published.approximate ? "about " : "";
  return `${about}${numbers.published(measure, contrast, published.effect)} (${published.where})`;
}

/** What was compared with what, and by how much it differed. */
function hereOf(item: ReportEvidence, data: ReportData): string {
  const [measure, { contrast }] = [measureOf(item, data), item];
  if (!measure || !contrast) return "not measured";
  const than =
    contrast.value !== undefined
      ? numbers.amount(measure, contrast.value)
      : contrast.against !== undefined
        ? `its ${data.measures.find(({ name }) => name === contrast.against)?.title.en ?? contrast.against}`
        : contrast.baseline;
  return (
    `${contrast.arm} against ${than}: ${numbers.changeWithInterval(measure, contrast)} ` +
    `(${numbers.fromTo(measure, contrast.baselineMean, contrast.armMean)})`
  );
}

/** The claims of the founding question against all studies. */
function matrix(judged: readonly Judged[]): string[] {
  const withFounding = judged.filter(({ data }) => data.claims.some(isFounding));
  const heads = withFounding.map(({ name, condition }) =>
    condition ? `${name}: ${condition.rates}, ${condition.checkpoint}` : name,
  );
  return [
    row("claim", ...heads),
    `|---|${heads.map(() => "---|").join("")}`,
    ...Object.entries(foundingClaims).map(([name, { title }]) =>
      row(
        title,
        ...withFounding.map(
          ({ data }) =>
            data.claims
              .filter(({ claim }) => claim === name)
              .map(({ arm, verdict }) =>
                arm === "batch" ? verdicts[verdict] : `${verdicts[verdict]} (${arm})`,
              )
              .join("; ") || "–",
        ),
      ),
    ),
  ];
}

function studySection({ name, title, study }: ReplicatedStudy): string[] {
  const { config, dataset, tuning } = study;
  const { seeds, model, optimiser } = config;
  const seedsText = seeds.every((seed, i) => seed === i)
    ? `0–${seeds.length - 1}`
    : seeds.join(", ");
  const rules = `${config.rates.join(" and ")} learning rates, checkpoints of equal ${config.checkpoints.join(" and ")}`;
  const diverged = [...study.trials, ...study.others.flatMap(({ trials }) => trials)].filter(
    ({ state }) => state === "diverged",
  ).length;
  return [
    `### ${name}: ${title}`,
    "",
    `- network: ${model.name}${model.depth === undefined ? "" : ` of depth ${model.depth}`}; arms: ${config.arms.map((arm) => arm.name).join(", ")}`,
    `- data: ${dataset.name}, ${dataset.train.toLocaleString("en-US")} training and ${dataset.validation.toLocaleString("en-US")} validation images (fingerprint \`${dataset.fingerprint.slice(0, 12)}\`)`,
    `- training: ${config.epochs} epochs, batches of ${config.batchSize}, ${optimiser.name} at ${optimiser.learningRate}; ${rules}`,
    `- seeds ${seedsText}; ${config.explained} images explained per seed`,
    ...tuning.map(
      ({ arm, setting, chosen, tried, atEdge }) =>
        `- tuned: ${setting} of ${arm} is ${chosen} of ${tried.map(({ value }) => value).join(", ")}${atEdge ? " (at the edge of the grid)" : ""}`,
    ),
    ...(diverged > 0 ? [`- ${diverged} ${diverged === 1 ? "trial" : "trials"} diverged`] : []),
    `- again by \`npx normlens study --config studies/replication/${name}/study.json\``,
    "",
  ];
}

/** Claims of the table that no study could judge. */
function missing(judged: readonly Judged[]): string[] {
  const done = new Set(judged.flatMap(({ data }) => data.claims.map(({ claim }) => claim)));
  const left = [...new Set(judged.flatMap(({ unjudged }) => unjudged))].filter(
    (name) => !done.has(name),
  );
  return left.length === 0 ? [] : [`Not judged by any of these studies: ${left.join(", ")}.`, ""];
}
