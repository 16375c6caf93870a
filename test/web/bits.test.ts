/** The same training in Node and in headless Chromium gives the same bits, on one thread and on two. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launch, noChromium } from "./browser.js";
import { run } from "./training/run.js";

const root = fileURLToPath(new URL("./training/", import.meta.url));
const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };

/** Serves a folder on loopback, cross-origin isolated as shared memory demands. */
function serve(folder: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    try {
      const content = await readFile(join(folder, path === "/" ? "index.html" : path));
      response.writeHead(200, {
        "Content-Type": types[extname(path) || ".html"] ?? "application/octet-stream",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
      });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

describe.skipIf(chromiumPath === undefined)(
  `training in Chromium${chromiumPath ? "" : ` (${noChromium})`}`,
  () => {
    let folder: string;
    let server: Server;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "normlens-page-"));
      await build({
        root,
        configFile: false,
        logLevel: "error",
        build: {
          outDir: folder,
          target: "es2022",
          emptyOutDir: true,
          rolldownOptions: { external: [/^node:/] },
        },
        worker: { format: "es", rolldownOptions: { external: [/^node:/] } },
      });
      server = await serve(folder);
      browser = await launch();
      page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    });

    afterAll(async () => {
      await browser?.close();
      server?.close();
      await rm(folder, { recursive: true, force: true });
    });

    for (const [network, norm] of [
      ["seed", "batch"],
      ["plain", "group"],
    ] as const)
      for (const threads of [1, 2])
        test(`${network}, ${norm}, ${threads} thread${threads > 1 ? "s" : ""}`, async () => {
          const expected = await run({ network, norm, threads: 1 });
          const found = await page.evaluate(`train(${JSON.stringify({ network, norm, threads })})`);
          expect(found).toEqual({ ...expected, isolated: true });
        });
  },
);
