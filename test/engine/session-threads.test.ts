/** Sessions on several threads: the bits of one, whatever is asked, and an end. */

import { execFileSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { crew } from "../../src/engine/crew.js";
import { type Session, session } from "../../src/engine/session.js";
import { type Explainer, type ExplainOptions, explainers } from "../../src/explain/index.js";
import { initialise } from "../../src/model/model.js";
import { zoo } from "../../src/model/zoo.js";
import { random } from "../../src/tensor/random.js";
import { batch } from "../networks.js";

const model = initialise(
  zoo.seed({ norm: "batch", inputShape: [2, 12, 12] }),
  random("session threads"),
);
const { x, labels } = batch(11, model.inputShape);
const background = batch(4, model.inputShape, "background").x;

/** Options of all methods. */
type Settings = ExplainOptions & Record<string, unknown>;

/** Everything that a session can be asked, as JSON. Batches of 4: the last of them has 3 images. */
const asked: Readonly<Record<string, (run: Session) => unknown>> = {
  forward: (run) => run.forward(x),
  activations: (run) => run.activations(x, [model.nodes[0].id]),
  inputGradient: (run) => run.inputGradient(x, (logits) => logits),
  guided: (run) => run.inputGradient(x, (logits) => logits, "guided"),
  activationGradients: (run) => run.activationGradients(x, [model.nodes[1].id], (logits) => logits),
  lossGradient: (run) => run.lossGradient(x, labels),
  parameterGradients: (run) => run.parameterGradients(x, labels),
};

const few: Settings = {
  samples: 14,
  orders: 2,
  masks: 9,
  patch: 6,
  window: 6,
  stride: 3,
  steps: 3,
  background,
};

for (const arithmetic of ["exact", "fused"] as const)
  describe(`${arithmetic} arithmetic`, () => {
    const sessions = [1, 2, 3].map((threads) => session(model, { threads, arithmetic, batch: 4 }));
    afterAll(() => {
      for (const run of sessions) run.close();
    });
    const [one, ...more] = sessions;

    test.each(Object.keys(asked))("%s", (name) => {
      const expected = JSON.stringify(asked[name](one));
      for (const run of more) expect(JSON.stringify(asked[name](run))).toBe(expected);
    });

    test.each(Object.entries<Explainer>(explainers))("%s", (_, { explain }) => {
      const of = (run: Session) => {
        const { values, logits } = explain(run, x, few);
        return JSON.stringify([[...values.data], [...logits.data]]);
      };
      const expected = of(one);
      for (const run of more) expect(of(run)).toBe(expected);
    });
  });

test("statistics of the batch", () => {
  const [one, two] = [1, 2].map((threads) => {
    const run = session(model, { threads, stats: "batch" });
    const found = [run.forward(x), run.parameterGradients(x, labels)];
    run.close();
    return JSON.stringify(found);
  });
  expect(two).toBe(one);
});

test("batch sizes that come and go, and sessions that share threads", () => {
  const hands = crew(2);
  const [one, two, other] = [
    session(model),
    session(model, { threads: hands }),
    session(model, { threads: hands, arithmetic: "fused" }),
  ];
  const fused = session(model, { arithmetic: "fused" });
  for (const n of [3, 11, 5, 11, 3, 1, 5]) {
    const part = batch(n, model.inputShape, `${n}`).x;
    expect(two.forward(part)).toEqual(one.forward(part));
    expect(other.forward(part)).toEqual(fused.forward(part));
  }
  other.close();
  expect(two.forward(x)).toEqual(one.forward(x));
  hands.close();
  expect(() => two.forward(x)).toThrow(
    "engine: got work after close(), expected none; make another session",
  );
});

describe("what is refused", () => {
  test("work after close", () => {
    const run = session(model, { threads: 2 });
    run.forward(x);
    run.close();
    expect(() => run.forward(x)).toThrow(
      "session: got work after close(), expected none; make another session",
    );
  });

  test("the reference backend on two threads", () => {
    expect(() => session(model, { threads: 2, backend: "reference" })).toThrow(
      "session: got 2 threads with the reference backend, expected 1: only wasm shares memory",
    );
  });

  test.each([0, 1.5, 65])("%s threads", (threads) => {
    expect(() => session(model, { threads })).toThrow(
      `crew: got ${threads} threads, expected a whole number from 1 to 64`,
    );
  });

  test("two threads where there is no Node", () => {
    const { getBuiltinModule } = process;
    Object.assign(process, { getBuiltinModule: undefined });
    try {
      expect(() => session(model, { threads: 2 })).toThrow(
        "crew: got 2 threads, expected 1 in a browser, where explanations run on the thread that asks for them; " +
          "results are the same for any number",
      );
    } finally {
      Object.assign(process, { getBuiltinModule });
    }
  });
});

test("a session that was never closed keeps no process alive", () => {
  const { href } = pathToFileURL("dist/browser.js");
  const program = `
    import { initialise, random, session, zoo } from ${JSON.stringify(href)};
    const model = initialise(zoo.seed(), random(0));
    const run = session(model, { threads: 3 });
    const { shape } = run.forward({ shape: [9, 1, 28, 28], data: new Float32Array(9 * 784) });
    process.stdout.write(shape.join());
  `;
  const found = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    timeout: 30_000,
  });
  expect(found).toBe("9,10");
});
