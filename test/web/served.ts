/** A page of tests, built and served on loopback, cross-origin isolated as shared memory demands, open in Chromium. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import type { Page } from "playwright-core";
import { build } from "vite";
import { launch } from "./browser.js";

const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };

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

/** The page whose sources lie in the folder `root`. */
export async function openPage(root: string): Promise<{ page: Page; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "normlens-page-"));
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
  const server = await serve(folder);
  const browser = await launch();
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return {
    page,
    async close() {
      await browser.close();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
