/** How long it takes until something happens: `normlens --help`, the first training step of `normlens train`, the first
 *  training step in a browser.
 *
 *    node bench/startup.mjs [rounds] */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const rounds = Number(process.argv[2] ?? 7);
const path = (file) => fileURLToPath(new URL(file, import.meta.url));
const main = path("../dist/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "normlens-startup-"));

/** Milliseconds of a Node process from start to end. */
function node(args, environment = {}) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

/** A dataset whose reading costs nothing: IDX files of a few random images. */
function tinyData() {
  const data = join(folder, "tiny");
  mkdirSync(data);
  for (const [name, n] of [
    ["train", 64],
    ["t10k", 16],
  ]) {
    const images = Buffer.alloc(16 + n * 784, 0);
    for (const [i, value] of [0x803, n, 28, 28].entries()) images.writeUInt32BE(value, 4 * i);
    for (let i = 0; i < n * 784; i++) images[16 + i] = (i * 2654435761) >>> 24;
    const labels = Buffer.alloc(8 + n);
    for (const [i, value] of [0x801, n].entries()) labels.writeUInt32BE(value, 4 * i);
    for (let i = 0; i < n; i++) labels[8 + i] = i % 10;
    writeFileSync(join(data, `${name}-images-idx3-ubyte`), images);
    writeFileSync(join(data, `${name}-labels-idx1-ubyte`), labels);
  }
  return data;
}

/** Milliseconds from the start of `normlens train` to the end of its first step. */
function firstStep(data) {
  const file = join(folder, "first-step");
  const out = join(folder, "out");
  const options = ["--data", "tiny", "--data-dir", data, "--epochs", "1", "--out", out];
  node(["--import", path("startup/hook.mjs"), main, "train", ...options], { FIRST_STEP: file });
  rmSync(out, { recursive: true });
  return Number(readFileSync(file, "utf8"));
}

const types = { ".html": "text/html", ".js": "text/javascript" };

/** Serves a folder on loopback, cross-origin isolated as shared memory demands. */
function serve(root) {
  const server = createServer((request, response) => {
    const file = normalize(new URL(request.url, "http://localhost").pathname);
    const full = join(root, file === "/" ? "index.html" : file);
    if (!existsSync(full)) return response.writeHead(404).end();
    response.writeHead(200, {
      "Content-Type": types[extname(full)] ?? "application/octet-stream",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    });
    return response.end(readFileSync(full));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** Times of the first step in fresh pages, or undefined where there is no Chromium. */
async function inBrowser() {
  const places = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/google-chrome"];
  const executablePath = places.find((place) => place && existsSync(place));
  if (!executablePath) return undefined;
  const [{ build }, { chromium }] = await Promise.all([import("vite"), import("playwright-core")]);
  const outDir = join(folder, "page");
  const external = [/^node:/];
  await build({
    root: path("startup/"),
    configFile: false,
    logLevel: "error",
    build: { outDir, target: "es2022", rolldownOptions: { external } },
    worker: { format: "es", rolldownOptions: { external } },
  });
  const server = await serve(outDir);
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    times.push(await page.evaluate("firstStep"));
    await context.close();
  }
  await browser.close();
  server.close();
  return times;
}

const rows = [];
function report(what, limit, times) {
  const sorted = times && [...times].sort((a, b) => a - b);
  rows.push({
    what,
    "best (ms)": sorted ? Math.round(sorted[0]) : "no Chromium",
    "median (ms)": sorted ? Math.round(sorted[sorted.length >> 1]) : "",
    "limit (ms)": limit ?? "",
  });
}

try {
  const data = tinyData();
  const times = { node: [], help: [], step: [] };
  for (let round = 0; round < rounds; round++) {
    times.node.push(node(["-e", "0"]));
    times.help.push(node([main, "--help"]));
    times.step.push(firstStep(data));
  }
  report("Node alone", undefined, times.node);
  report("normlens --help", 150, times.help);
  report("normlens train, first step", 400, times.step);
  report("browser, first step", 1000, await inBrowser());
  console.table(rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
