/** What the documents point to exists: files, headings, scripts, commands and their options. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (path: string): string => readFileSync(posix.join(root, path), "utf8");
const documents = [
  "README.md",
  ...readdirSync(posix.join(root, "docs"), { recursive: true, encoding: "utf8" })
    .map((file) => posix.join("docs", file.replaceAll("\\", "/")))
    .filter((file) => file.endsWith(".md"))
    .sort(),
];

const fences = /^```(\w*)\n([\s\S]*?)^```/gm;
const prose = (text: string): string => text.replace(fences, "").replace(/`[^`\n]*`/g, "");

/** The targets of links and pictures, in Markdown or HTML. */
function links(text: string): readonly string[] {
  const found = prose(text).matchAll(/\]\(([^)\s]+)[^)]*\)|\b(?:src|href)="([^"]+)"/g);
  return [...found].map(([, markdown, html]) => markdown ?? html ?? "");
}

/** A heading's anchor as Git hosts make it: lower case, spaces to hyphens, other signs dropped. */
function anchors(text: string): readonly string[] {
  const headings = text.replace(fences, "").matchAll(/^#+ +(.+)$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** What is wrong with a link of a document, or undefined. */
function deadLink(document: string, link: string): string | undefined {
  if (/^(https:|mailto:)/.test(link)) return undefined;
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? document : posix.join(posix.dirname(document), path);
  if (!existsSync(posix.join(root, target))) return `${link}: there is no ${target}`;
  if (anchor === undefined || anchors(read(target)).includes(anchor)) return undefined;
  return `${link}: ${target} has no heading "${anchor}"`;
}

/** The command lines of a document: lines of shell blocks, and code in the prose. */
function commandLines(text: string): readonly string[] {
  const blocks = [...text.matchAll(fences)]
    .filter(([, language]) => ["sh", "bash", "console", "shell"].includes(language ?? ""))
    .flatMap(([, , code = ""]) => code.replaceAll("\\\n", " ").split("\n"));
  const inline = [...text.replace(fences, "").matchAll(/`([^`\n]+)`/g)].map(
    ([, code = ""]) => code,
  );
  return [...blocks, ...inline]
    .map((line) =>
      line
        .replace(/^\$ /, "")
        .replace(/\s#.*$/, "")
        .trim(),
    )
    .filter((line) => /^(npm|npx|normlens|node)\s/.test(line));
}

const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
const helps = new Map<string, string>();

/** What `normlens COMMAND --help` prints; empty if there is no such command. */
function help(command: string): string {
  const known = helps.get(command);
  if (known !== undefined) return known;
  const main = posix.join(root, "dist", "cli", "main.js");
  const { status, stdout } = spawnSync(process.execPath, [main, ...command.split(" "), "--help"]);
  const text = status === 0 ? stdout.toString() : "";
  helps.set(command, text);
  return text;
}

/** What is wrong with a command line, or undefined. */
function wrongCommand(line: string): string | undefined {
  const script = /^npm (start|test)\b|^npm run ([\w:-]+)/.exec(line)?.slice(1).find(Boolean);
  if (script !== undefined && !(script in scripts)) return `${line}: package.json has no ${script}`;
  const program = /^(?:npx )?normlens ([a-z][\w-]*)(.*)$/.exec(line);
  if (program === null) return undefined;
  const [, command = "", rest = ""] = program;
  const text = help(command);
  if (!text.includes(`normlens ${command}`)) return `${line}: there is no command ${command}`;
  const option = [...rest.matchAll(/(?<=\s)--[a-z][\w-]*/g)]
    .map(([name]) => name)
    .find((name) => !new RegExp(`${name}(?![\\w-])`).test(text));
  return option && `${line}: ${command} has no option ${option}`;
}

/** Code as the formatter cannot change it. */
const bare = (code: string): string => code.replace(/\s+/g, "").replace(/,(?=[)\]}])/g, "");

/** Blocks of code that begin with a path and are not in the file of that path. */
function outdatedCode(text: string): readonly string[] {
  return [...text.matchAll(fences)].flatMap(([, , code = ""]) => {
    const path = /^\/\/ ((?:src|kernels|test)\/\S+)\n/.exec(code)?.[1];
    if (path === undefined) return [];
    const shown = bare(code.slice(code.indexOf("\n")));
    return existsSync(posix.join(root, path)) && bare(read(path)).includes(shown) ? [] : [path];
  });
}

describe.each(documents)("%s", (document) => {
  const text = () => read(document);
  test("its links lead somewhere", () => {
    expect(
      links(text())
        .map((link) => deadLink(document, link))
        .filter(Boolean),
    ).toEqual([]);
  });
  test("its commands exist", () => {
    expect(commandLines(text()).map(wrongCommand).filter(Boolean)).toEqual([]);
  });
  test("code quoted from a file is in that file", () => {
    expect(outdatedCode(text())).toEqual([]);
  });
});

describe("the checks themselves", () => {
  test("links are found in Markdown and HTML, not in code", () => {
    const text = '[a](b.md "t") ![p](p.png)\n`[x](y)`\n```ts\n[x](y)\n```\n<img src="q.png">';
    expect(links(text)).toEqual(["b.md", "p.png", "q.png"]);
  });

  test("a dead link or anchor is noticed", () => {
    expect(deadLink("docs/architecture.md", "none.md")).toBe("none.md: there is no docs/none.md");
    expect(deadLink("docs/architecture.md", "#none")).toBe(
      '#none: docs/architecture.md has no heading "none"',
    );
    expect(deadLink("docs/architecture.md", "../package.json")).toBeUndefined();
    expect(anchors("## The house, & more\n")).toEqual(["the-house--more"]);
  });

  test("code that has changed since it was quoted is noticed", () => {
    const quote = (line: string) => `\`\`\`ts\n// test/docs.test.ts\n${line}\n\`\`\`\n`;
    expect(outdatedCode(quote("const bare = ( code: string ): string =>"))).toEqual([]);
    expect(outdatedCode(quote(`const ${"bar"} = (code: string)`))).toEqual(["test/docs.test.ts"]);
  });

  test("commands are found in shell blocks and in the prose", () => {
    const text =
      "Run `npm test`.\n```sh\n$ npx normlens study \\\n  --seeds 3 # quick\n```\n```ts\nnpm x\n```";
    expect(commandLines(text)).toEqual(["npx normlens study    --seeds 3", "npm test"]);
  });

  test("an unknown script, command or option is noticed", () => {
    expect(wrongCommand("npm run none")).toBe("npm run none: package.json has no none");
    expect(wrongCommand("npx normlens none")).toBe("npx normlens none: there is no command none");
    expect(wrongCommand("normlens study --none 3")).toBe(
      "normlens study --none 3: study has no option --none",
    );
    expect(wrongCommand("normlens study --seeds 3")).toBeUndefined();
  });
});
