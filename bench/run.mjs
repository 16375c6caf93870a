/** npm run bench: one training step and forward passes, ours against others, in one run and in
 *  turns. Options: see HELP. Progress goes to standard error, results to standard output and
 *  bench/results/. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cases, contestants } from "./cases.mjs";
import { installPeers } from "./install-peers.mjs";
import { measureCase } from "./measure.mjs";
import { markdown, plainText, rewriteBetweenMarkers } from "./report.mjs";

const HELP = `npm run bench -- [options]

  --only NAMES    contestants, by commas: ${Object.keys(contestants).join(", ")}
  --case TEXT     cases whose name contains the text; several by commas
                  (${cases.map((c) => c.id).join(", ")})
  --rounds N      turns of each contestant per case (default 10)
  --quick         the main cases only, 3 rounds of short turns
  --json          the results as JSON on standard output instead of tables
  --docs          also rewrite the tables of docs/performance.md
  --help          this text

  npm run bench -- --quick --only ours,pytorch
  npm run bench -- --case seed-train-b32-bn --rounds 20
`;

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

function options() {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      case: { type: "string" },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      docs: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const names = values.only?.split(",") ?? Object.keys(contestants);
  const unknown = names.filter((name) => !(name in contestants));
  if (unknown.length > 0)
    throw new Error(
      `--only: got ${unknown.join(", ")}, expected ${Object.keys(contestants).join(", ")}`,
    );
  const texts = values.case?.split(",");
  const chosen = cases.filter((c) =>
    texts ? texts.some((t) => c.id.includes(t)) : !values.quick || c.quick,
  );
  if (chosen.length === 0)
    throw new Error(
      `--case: got ${values.case}, expected part of ${cases.map((c) => c.id).join(", ")}`,
    );
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 10));
  if (!(Number.isInteger(rounds) && rounds > 0))
    throw new Error(`--rounds: got ${values.rounds}, expected a number from 1`);
  return { ...values, names, cases: chosen, rounds, turn: values.quick ? 150 : 300 };
}

function machineFacts() {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? "unknown processor",
    cores: os.cpus().length,
    memoryGB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.platform()} ${os.arch()}`,
    node: process.versions.node,
  };
}

/** The contestants that are here, with their commands; says who is not. */
function present(names, say) {
  return names.flatMap((name) => {
    const { command, absent, slow, takes } = contestants[name];
    const found = command();
    if (!found) say(`${name} is left out: ${absent}`);
    return found ? [{ name, command: found, slow, takes }] : [];
  });
}

async function main() {
  const chosen = options();
  if (chosen.help) return process.stdout.write(HELP);
  const say = (text) => process.stderr.write(`bench: ${text}\n`);
  const machine = machineFacts();
  if (chosen.names.some((name) => !["ours", "fused", "pytorch"].includes(name)))
    await installPeers(join("bench", "peers"));
  const everyone = present(chosen.names, say);
  const directory = mkdtempSync(join(os.tmpdir(), "normlens-bench-"));
  const measured = [];
  try {
    for (const c of chosen.cases) {
      const entrants = everyone.filter(({ takes }) => takes(c));
      if (entrants.length === 0) continue;
      measured.push({
        ...withoutGraph(c),
        ...(await measureCase(c, entrants, { ...chosen, directory, say })),
      });
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  publish(
    {
      date: new Date().toISOString(),
      machine,
      versions: versionsOf(measured),
      rounds: chosen.rounds,
      turn: chosen.turn,
      cases: measured,
    },
    chosen,
  );
}

const withoutGraph = ({ description: _, quick: __, ...c }) => c;
const versionsOf = (measured) =>
  Object.assign({}, ...measured.flatMap((c) => c.rows.map((row) => row.versions ?? {})));

function publish(result, { json, docs }) {
  const titles = Object.fromEntries(
    Object.entries(contestants).map(([name, { title }]) => [name, title]),
  );
  const text = JSON.stringify(result, null, 2);
  mkdirSync(here("results/"), { recursive: true });
  writeFileSync(here(`results/${result.date.replaceAll(":", "-")}.json`), `${text}\n`);
  if (docs) rewriteBetweenMarkers(here("../docs/performance.md"), markdown(result, titles));
  process.stdout.write(json ? `${text}\n` : plainText(result, titles));
  const refused = result.cases.flatMap((c) => c.rows.filter((row) => row.refused));
  if (refused.length > 0) process.exitCode = 2; // a contestant that does other work is a defect of the benchmark
}

await main().catch((error) => {
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 1;
});
