/** Settings in words that people read: for every method, and every choice that changes the map. */

import { expect, test } from "vitest";
import { settingWords } from "../../src/cli/explain-settings.js";
import { session } from "../../src/engine/session.js";
import { type Explainer, explainers } from "../../src/explain/index.js";
import { initialise } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { random } from "../../src/tensor/random.js";
import { tensor } from "../../src/tensor/tensor.js";

const run = session(initialise(zoo.seed({ inputShape: [1, 8, 8] }), random(0)));
const images = tensor(
  [1, 1, 8, 8],
  Float32Array.from({ length: 64 }, (_, i) => (i % 7) / 7),
);
const few = { random: random(0), background: images, samples: 32, masks: 4, orders: 2, steps: 4 };

test.each(Object.entries<Explainer>(explainers))("%s", (_, explainer) => {
  const { settings } = explainer.explain(run, images, few);
  const said = settingWords(settings, true);
  // Words, numbers and the names of layers: no name or value as it stands in the record.
  expect(said.replace(/layer \w+/, "")).not.toMatch(/[a-z][A-Z]|undefined|true|false|\bzero\b/);
});

test("what is as always is not said, what is not is", () => {
  const explained = { stats: "running", backend: "wasm" } as const;
  const lrp = { ...explained, composite: "epsilonPlus", ownRules: 0, leftover: "refuse" };
  expect(settingWords({ ...lrp, batchNorm: "fold", start: "logit" }, true)).toBe(
    "Batch Norm folded",
  );
  expect(settingWords({ ...lrp, batchNorm: "fold", start: "logit" }, false)).toBe("");
  expect(settingWords({ ...lrp, ownRules: 2, batchNorm: "pass", start: "one" }, true)).toBe(
    "2 rules of one's own, Batch Norm passed over, starts with one",
  );
  const gradients = { ...explained, steps: 32, rule: "gaussLegendre", baseline: "blur" };
  expect(settingWords(gradients, true)).toBe(
    "32 steps, Gauss–Legendre points, baseline: the picture blurred",
  );
  expect(settingWords({ ...explained, fresh: 3 }, true)).toBe("fresh 3");
});
