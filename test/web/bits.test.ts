/** The same training in Node and in headless Chromium gives the same bits, on one thread and on two. */

import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, noChromium } from "./browser.js";
import { openPage } from "./served.js";
import { run } from "./training/run.js";

const root = fileURLToPath(new URL("./training/", import.meta.url));

describe.skipIf(chromiumPath === undefined)(
  `training in Chromium${chromiumPath ? "" : ` (${noChromium})`}`,
  () => {
    let opened: Awaited<ReturnType<typeof openPage>>;
    beforeAll(async () => {
      opened = await openPage(root);
    });
    afterAll(() => opened?.close());

    for (const [network, norm] of [
      ["seed", "batch"],
      ["plain", "group"],
    ] as const)
      for (const threads of [1, 2])
        test(`${network}, ${norm}, ${threads} thread${threads > 1 ? "s" : ""}`, async () => {
          const expected = await run({ network, norm, threads: 1 });
          const found = await opened.page.evaluate(
            `train(${JSON.stringify({ network, norm, threads })})`,
          );
          expect(found).toEqual({ ...expected, isolated: true });
        });
  },
);
