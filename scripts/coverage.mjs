// How often the statistics of a study are right, by simulation: coverage of the intervals for several numbers of seeds
// and kinds of differences, false alarms of the tests, what Holm's correction leaves of them in a family, and whether
// studies find as often as announced what they were said to find. Prints tables; about six minutes.
//
//   node scripts/coverage.mjs [runs, 2000 by default]

import {
  benjaminiHochberg,
  equivalenceTest,
  holm,
  inferMean,
  power,
} from "../dist/study/statistics/index.js";
import { exp, log } from "../dist/tensor/math.js";
import { random } from "../dist/tensor/random.js";

const runs = Number(process.argv[2] ?? 2000);
if (!Number.isInteger(runs) || runs < 1) {
  process.stderr.write(`coverage: got "${process.argv[2]}", expected a number of runs\n`);
  process.exit(2);
}

const square = (draw) => draw.normal() ** 2;
const exponential = (draw) => -log(1 - draw.uniform());
const logNormal = (sigma) => (draw) => exp(sigma * draw.normal()) - exp((sigma * sigma) / 2);

/** Differences of mean 0, one per seed. */
const kinds = {
  normal: (draw) => draw.normal(),
  "log-normal, σ ½": logNormal(0.5),
  exponential: (draw) => exponential(draw) - 1,
  "Student's t, 3": (draw) =>
    draw.normal() / Math.sqrt((square(draw) + square(draw) + square(draw)) / 3),
  // One seed in ten fails by six standard deviations, on either side.
  contaminated: (draw) =>
    draw.normal() + (draw.uniform() < 0.1 ? (draw.uniform() < 0.5 ? 6 : -6) : 0),
};
/** Where no interval can know of the tail that the seeds have not shown. */
const hopeless = {
  "log-normal, σ 1": logNormal(1),
  "fails upwards": (draw) => draw.normal() + (draw.uniform() < 0.1 ? 6 : 0) - 0.6,
};
/** Sixteen images per seed: a seed's own difference, and how images lie about it. */
const nested = {
  "images alone": (draw) => [0, () => draw.normal()],
  "skewed images": (draw) => [0, () => exponential(draw) - 1],
  "seeds and images": (draw) => [draw.normal(), () => 2 * draw.normal()],
};
const IMAGES = 16;
const seedCounts = [6, 7, 8, 10, 12, 15, 20];
const print = (text) => process.stdout.write(text);
const percent = (count, of) => `${((100 * count) / of).toFixed(1)} %`.padStart(9);

/** Draws a study's differences, one or several per seed. */
const study = (sample, n) => Array.from({ length: n }, sample);

function tally(label, n, draw, sample) {
  const found = { covered: 0, above: 0, below: 0, covered90: 0, significant: 0 };
  for (let run = 0; run < runs; run++) {
    const differences = study(() => sample(draw), n);
    const { interval, pValue } = inferMean(differences, { resamples: 2000, name: `${run}` });
    const [low, high] = interval(0.95);
    if (low > 0) found.above++;
    else if (high < 0) found.below++;
    else found.covered++;
    const [inner, outer] = interval(0.9);
    if (inner <= 0 && outer >= 0) found.covered90++;
    if (pValue(0, "two") < 0.05) found.significant++;
  }
  const shares = ["covered", "above", "below", "covered90", "significant"];
  print(
    `${label.padEnd(18)} ${`${n}`.padStart(5)} ${shares.map((s) => percent(found[s], runs)).join(" ")}\n`,
  );
}

const heading = "differences        seeds   covered  too high   too low  90 % int.  p < 0.05\n";
print(`Intervals over ${runs} studies each; standard error at 95 %: `);
print(`${(100 * Math.sqrt((0.95 * 0.05) / runs)).toFixed(2)} points\n\n${heading}`);
for (const [kind, difference] of Object.entries({ ...kinds, ...hopeless }))
  for (const n of seedCounts)
    tally(kind, n, random(`coverage ${kind} ${n}`), (draw) => [difference(draw)]);
for (const [kind, seed] of Object.entries(nested))
  for (const n of [6, 10, 20])
    tally(kind, n, random(`coverage ${kind} ${n}`), (draw) => {
      const [own, image] = seed(draw);
      return Array.from({ length: IMAGES }, () => own + image());
    });

print("\nEleven measures without effect, ten seeds: studies in which at least one is decided\n");
print("differences          for it  against it  without Holm  by Benjamini–Hochberg\n");
for (const [kind, difference] of Object.entries(kinds)) {
  const draw = random(`family ${kind}`);
  const decided = { above: 0, below: 0, uncorrected: 0, found: 0 };
  const studies = Math.ceil(runs / 2);
  for (let run = 0; run < studies; run++) {
    const measures = Array.from({ length: 11 }, () => study(() => difference(draw), 10));
    const inferences = measures.map((differences, m) =>
      inferMean(
        differences.map((d) => [d]),
        { resamples: 4000, name: `${run}/${m}` },
      ),
    );
    const p = inferences.map(({ pValue }) => pValue(0, "two"));
    const adjusted = holm(p);
    const ends = inferences.map(({ interval }) => interval(0.95));
    if (ends.some(([low], m) => low > 0 && adjusted[m] < 0.05)) decided.above++;
    if (ends.some(([, high], m) => high < 0 && adjusted[m] < 0.05)) decided.below++;
    if (ends.some(([low, high]) => low > 0 || high < 0)) decided.uncorrected++;
    if (benjaminiHochberg(p).some((q) => q < 0.05)) decided.found++;
  }
  print(
    `${kind.padEnd(18)} ${Object.values(decided)
      .map((count) => percent(count, studies))
      .join("   ")}\n`,
  );
}

print(
  "\nEquivalence with a margin of one standard deviation: studies that call it “no difference”\n",
);
print("differences        seeds  at the margin    halfway  no difference\n");
for (const kind of ["normal", "Student's t, 3", "exponential"])
  for (const n of [6, 10, 20]) {
    const draw = random(`equivalence ${kind} ${n}`);
    const scale = kind === "Student's t, 3" ? Math.sqrt(3) : 1;
    const called = [1, 0.5, 0].map((shift) => {
      let count = 0;
      for (let run = 0; run < runs; run++) {
        const differences = study(() => kinds[kind](draw) / scale + shift, n);
        const [low, high] = inferMean(
          differences.map((d) => [d]),
          { resamples: 1000, name: `${run}` },
        ).interval(0.9);
        if (low > -1 && high < 1 && equivalenceTest(differences, 1) < 0.05) count++;
      }
      return percent(count, runs);
    });
    print(`${kind.padEnd(18)} ${`${n}`.padStart(5)}      ${called.join("  ")}\n`);
  }

print(
  "\nPower: the effect said to be found in 80 % of studies of normal differences, and how often it is\n",
);
print(
  "seeds  family  smallest corrected p  half-width    effect alone     found   effect in family   found\n",
);
for (const n of seedCounts) {
  const family = 11;
  const facts = power(n, family);
  const found = [facts.detectable, facts.detectableCorrected].map((effect, i) => {
    if (effect === null) return "        —         —";
    const draw = random(`power ${n} ${i}`);
    let count = 0;
    for (let run = 0; run < runs; run++) {
      const differences = study(() => [draw.normal() + effect], n);
      const { pValue } = inferMean(differences, { resamples: 4000, name: `${run}` });
      if (pValue(0, "two") * (i === 0 ? 1 : family) < 0.05) count++;
    }
    return `${effect.toFixed(2).padStart(9)} ${percent(count, runs)}`;
  });
  print(
    `${`${n}`.padStart(5)}  ${`${family}`.padStart(6)}  ${facts.smallestCorrectedP.toFixed(4).padStart(20)}  ` +
      `${facts.halfWidth.toFixed(2).padStart(10)}   ${found.join("     ")}\n`,
  );
}
