// Lines per folder of our own sources, and the files above the house's soft limit of 200 lines.

import { readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { filesUnder, root } from "./build-steps.mjs";

const soft = 200;
const isSource = (file) => /\.(ts|tsx|mjs|css)$/.test(file) && !file.includes(".generated.");

/** The first two parts of a path under src and test, the first elsewhere. */
const folderOf = (file) => {
  const parts = dirname(file).split(sep);
  return parts.slice(0, ["src", "test"].includes(parts[0]) ? 2 : 1).join("/");
};

const folders = new Map();
const long = [];
for (const file of filesUnder(["src", "kernels", "web", "scripts", "bench", "test"])) {
  if (!isSource(file)) continue;
  const lines = readFileSync(join(root, file), "utf8").split("\n").length - 1;
  const folder = folderOf(file);
  folders.set(folder, [...(folders.get(folder) ?? []), lines]);
  if (lines > soft) long.push([file, lines]);
}

const row = (name, files, lines, median, longest) =>
  name.padEnd(20) + [files, lines, median, longest].map((v) => String(v).padStart(9)).join("");

/** One line of the table for the line counts of one folder. */
function summary(name, counts) {
  const sorted = counts.toSorted((a, b) => a - b);
  const total = sorted.reduce((sum, lines) => sum + lines, 0);
  return row(name, sorted.length, total, sorted[sorted.length >> 1], sorted.at(-1));
}

console.log(row("folder", "files", "lines", "median", "longest"));
for (const [name, counts] of folders) console.log(summary(name, counts));
console.log(summary("all", [...folders.values()].flat()));
for (const [file, lines] of long) console.log(`above ${soft} lines: ${file} (${lines})`);
