/** Whether a contestant computes what it should: losses, gradients and the weights after one step
 *  against the float64 reference.
 *
 *  Adam hides the scale of gradients, so there are two trials. `probe`: Adam with a large ε,
 *  whose first step is nearly proportional to the gradient. `recipe`: the constants that are
 *  timed. Elements whose gradient is near ε amplify rounding, so the recipe's weights are judged
 *  by a quantile. */

import { join } from "node:path";
import { makeFixture, readTensors, writeFixture } from "./fixture.mjs";
import { forwardLogits, referenceTrainer } from "./reference.mjs";

export const RECIPE = { learningRate: 1e-3, epsilon: 1e-7 };

/** ε such that the first step is g/(|g| + 1) wherever the contestant has its ε. */
const probe = ({ epsilon }) => ({
  learningRate: 1,
  epsilon: epsilon === "keras" ? Math.sqrt(1 - 0.999) : 1,
});

/** What is asked of everybody; the numbers found are printed. */
export const TOLERANCES = {
  /** Loss of the first batch, relative. */
  loss: 1e-5,
  /** Loss after one and two steps, relative. */
  laterLosses: 1e-3,
  /** Largest error of the probe's first step, relative to the largest element of that parameter's
   *  step. Wide enough for an engine with a rough exponential; a wrong formula is off by more. */
  gradient: 2e-3,
  /** 99 % of the weights after the recipe's first step: error relative to the learning rate. */
  weights: 0.02,
  /** Running statistics after the first step, relative to their largest change. */
  statistics: 1e-3,
  /** Logits of a forward pass, relative to the largest. */
  logits: 1e-4,
};

const largest = (values) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
const differences = (a, b) => Float64Array.from(a, (v, i) => Math.abs(v - b[i]));
const relative = (a, b) => Math.abs(a / b - 1);

function quantile(values, q) {
  return Float64Array.from(values).sort()[
    Math.min(values.length - 1, Math.floor(q * values.length))
  ];
}

/** Checks one contestant on one case, at `batch` images. Returns the errors found by name; throws
 *  when one is too large. */
export async function verify(contestant, job, network, { batch, steps, directory }) {
  const fixture = makeFixture(network, batch);
  const paths = {
    fixture: join(directory, "verify.safetensors"),
    out: join(directory, "answer.safetensors"),
  };
  writeFixture(paths.fixture, network, batch, fixture);
  const { conventions, versions } = await contestant.ask({ do: "describe" });
  const trial = async (optimiser, trialSteps) => {
    const small = { ...job, batch, optimiser, fixture: paths.fixture };
    await contestant.ask({ do: "prepare", job: small });
    const { losses } = await contestant.ask({ do: "verify", steps: trialSteps, out: paths.out });
    return { conventions, losses, answer: readTensors(paths.out), optimiser };
  };
  if (job.mode === "forward") {
    const { answer } = await trial(RECIPE, 1);
    const expected = forwardLogits(network, fixture.parameters, fixture.x[0], batch);
    const logits = largest(differences(answer.logits.data, expected)) / largest(expected);
    return { versions, errors: judge({ logits }) };
  }
  const errors = {
    ...probeErrors(network, fixture, await trial(probe(conventions), 1)),
    ...recipeErrors(network, fixture, await trial(RECIPE, steps)),
  };
  return { versions, errors: judge(errors) };
}

function probeErrors(network, fixture, { conventions, losses, answer, optimiser }) {
  const reference = referenceTrainer(network, fixture.parameters, optimiser, conventions);
  const { loss } = reference.step(fixture.x[0], fixture.labels[0]);
  const errors = { loss: relative(losses[0], loss), gradient: 0, statistics: 0 };
  for (const [name, { data }] of Object.entries(reference.parameters)) {
    const moved = largest(differences(data, fixture.parameters[name].data));
    const error = largest(differences(found(answer, name), data)) / moved;
    const kind = name.includes(".running") ? "statistics" : "gradient";
    // Less is rounding: nothing to compare.
    if (moved > 1e-6) errors[kind] = Math.max(errors[kind], error);
  }
  return errors;
}

function recipeErrors(network, fixture, { conventions, losses, answer, optimiser }) {
  const reference = referenceTrainer(network, fixture.parameters, optimiser, conventions);
  const errors = { weights: 0, laterLosses: 0 };
  losses.forEach((loss, k) => {
    const expected = reference.step(fixture.x[k], fixture.labels[k]).loss;
    if (k > 0) errors.laterLosses = Math.max(errors.laterLosses, relative(loss, expected));
    if (k > 0) return;
    const trained = Object.entries(reference.parameters).filter(
      ([name]) => !name.includes(".running"),
    );
    const all = trained.flatMap(([name, { data }]) => [...differences(found(answer, name), data)]);
    errors.weights = quantile(all, 0.99) / optimiser.learningRate;
  });
  return errors;
}

function found(answer, name) {
  if (!answer[name]) throw new Error(`parameter "${name}" is missing from its answer`);
  return answer[name].data;
}

/** The errors, unless one is beyond its tolerance (NaN is). */
function judge(errors) {
  const wrong = Object.entries(errors).filter(([name, value]) => !(value <= TOLERANCES[name]));
  if (wrong.length > 0) {
    const list = wrong.map(
      ([name, v]) => `${name} off by ${v.toExponential(1)} (allowed ${TOLERANCES[name]})`,
    );
    throw new Error(`does not do the same work: ${list.join(", ")}`);
  }
  return errors;
}
