import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { collectGarbage } from "../../src/study/runner/collect.js";

/** Something that nothing holds any more. */
const forgotten = (): WeakRef<object> => new WeakRef({});

test("what is forgotten is collected where there is much outside the heap", async () => {
  const left = forgotten();
  await setTimeout(1); // it lives to the end of the turn that made it
  const much = new Uint8Array(40 * 2 ** 20);
  collectGarbage();
  expect(left.deref()).toBeUndefined();
  expect(much.length).toBeGreaterThan(0); // held till here
});
