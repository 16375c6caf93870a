// How often the statistics of a study are right, by simulation: coverage of the 95 % interval for several numbers of
// seeds and kinds of differences, false alarms of the sign-flip test, and how often a study of measures without any
// effect supports or refutes something. Prints tables; about two minutes.
//
//   node scripts/coverage.mjs [runs, 2000 by default]

import { bootstrapInterval, holm, signFlipTest } from "../dist/study/statistics/index.js";
import { random } from "../dist/tensor/random.js";

const runs = Number(process.argv[2] ?? 2000);
if (!Number.isInteger(runs) || runs < 1) {
  process.stderr.write(`coverage: got "${process.argv[2]}", expected a number of runs\n`);
  process.exit(2);
}

/** Differences of mean 0, one per seed. */
const kinds = {
  normal: (draw) => draw.normal(),
  // χ² with two degrees of freedom, less its mean: skewness 2.
  skewed: (draw) => (draw.normal() ** 2 + draw.normal() ** 2) / 2 - 1,
  // Student's t with three degrees of freedom.
  "heavy-tailed": (draw) => {
    const squares = draw.normal() ** 2 + draw.normal() ** 2 + draw.normal() ** 2;
    return draw.normal() / Math.sqrt(squares / 3);
  },
  // One seed in ten fails by six standard deviations, on either side.
  outliers: (draw) => draw.normal() + (draw.uniform() < 0.1 ? (draw.uniform() < 0.5 ? 6 : -6) : 0),
};
const seedCounts = [5, 6, 8, 10, 15, 20, 40];

const percent = (count, of) => `${((100 * count) / of).toFixed(1)} %`.padStart(8);

/** Shares of intervals that hold the truth, that lie above it, that lie below it; and of p < 0.05. */
function simulate(kind, n) {
  const draw = random(`coverage ${kind} ${n}`);
  const found = { covered: 0, above: 0, below: 0, significant: 0 };
  for (let run = 0; run < runs; run++) {
    const differences = Array.from({ length: n }, () => kinds[kind](draw));
    const { low, high } = bootstrapInterval(
      differences.map((d) => [d]),
      { resamples: 2000, name: `${run}` },
    );
    if (low > 0) found.above++;
    else if (high < 0) found.below++;
    else found.covered++;
    if (signFlipTest(differences).pValue < 0.05) found.significant++;
  }
  return found;
}

process.stdout.write(`Nominal 95 % intervals over ${runs} studies each; standard error at 95 %: `);
process.stdout.write(`${(100 * Math.sqrt((0.95 * 0.05) / runs)).toFixed(2)} points\n\n`);
process.stdout.write("differences    seeds  covered  too high   too low   p < 0.05\n");
for (const kind of Object.keys(kinds))
  for (const n of seedCounts) {
    const { covered, above, below, significant } = simulate(kind, n);
    process.stdout.write(
      `${kind.padEnd(14)} ${`${n}`.padStart(5)} ${percent(covered, runs)}  ${percent(above, runs)}  ` +
        `${percent(below, runs)}   ${percent(significant, runs)}\n`,
    );
  }

/** A study of ten seeds and eleven primary measures, independent and without effect: how often is anything decided? */
process.stdout.write(
  "\nEleven measures without effect, expected to be higher, ten seeds: studies with at least one\n",
);
for (const kind of Object.keys(kinds)) {
  const draw = random(`family ${kind}`);
  const decided = { supported: 0, refuted: 0, "refuted with Holm": 0 };
  const studies = Math.ceil(runs / 4);
  for (let run = 0; run < studies; run++) {
    const measures = Array.from({ length: 11 }, () =>
      Array.from({ length: 10 }, () => kinds[kind](draw)),
    );
    const adjusted = holm(measures.map((differences) => signFlipTest(differences).pValue));
    const intervals = measures.map((differences, m) =>
      bootstrapInterval(
        differences.map((d) => [d]),
        { resamples: 2000, name: `${run}/${m}` },
      ),
    );
    const sure = (m) => adjusted[m] < 0.05;
    if (intervals.some(({ low }, m) => low > 0 && sure(m))) decided.supported++;
    if (intervals.some(({ high }) => high < 0)) decided.refuted++;
    if (intervals.some(({ high }, m) => high < 0 && sure(m))) decided["refuted with Holm"]++;
  }
  const words = Object.entries(decided).map(
    ([name, count]) => `${name} ${percent(count, studies).trim()}`,
  );
  process.stdout.write(`  ${kind.padEnd(14)} ${words.join(", ")}\n`);
}
