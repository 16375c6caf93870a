/** Source files as the architecture rules see them: their text without comments, and their imports.
 *  Not a parser: it reads import and export lines, in the form the formatter gives them. */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";

/** - `value`: needed when the program runs.  - `type`: erased by the compiler.
 *  - `dynamic`: `import("…")`.  - `url`: `new URL("…", import.meta.url)`, a worker's file. */
export type ImportKind = "value" | "type" | "dynamic" | "url";

export interface Import {
  readonly kind: ImportKind;
  readonly specifier: string;
  /** The path of the imported file from the project's folder; a package's name as it stands. */
  readonly target: string;
}

export interface Source {
  /** From the project's folder, with forward slashes: "src/ops/relu.ts". */
  readonly path: string;
  /** The text with comments blanked. */
  readonly code: string;
  readonly imports: readonly Import[];
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const commentOrString =
  /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

const forms: readonly (readonly [ImportKind | "clause", RegExp])[] = [
  ["clause", /^(?:import|export)\s+([^"';]*?)\s*from\s*["']([^"']+)["']/gm],
  ["value", /^import\s+()["']([^"']+)["']/gm],
  ["dynamic", /\bimport\(()\s*["'`]([^"'`]+)["'`]/g],
  ["url", /\bnew URL\(()\s*["'`](\.[^"'`]*\.[jt]s)["'`],\s*import\.meta\.url/g],
];

/** Whether all that `import …` or `export …` names is types. */
function erased(clause: string): boolean {
  if (/^type\b/.test(clause)) return true;
  const names = /^\{([^}]*)\}$/
    .exec(clause)?.[1]
    ?.split(",")
    .map((name) => name.trim());
  return names?.filter(Boolean).every((name) => name.startsWith("type ")) ?? false;
}

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const path = posix.join(posix.dirname(from), specifier);
  return path.replace(/\.js$/, ".ts");
}

/** A file's text as a source; the tests of the rules make small fictional ones with it. */
export function source(path: string, text: string): Source {
  const code = text.replace(commentOrString, (found, string: string | undefined) =>
    string === undefined ? found.replace(/[^\n]/g, " ") : string,
  );
  const imports = forms.flatMap(([form, pattern]) =>
    [...code.matchAll(pattern)].map(([, clause = "", specifier = ""]): Import => {
      const kind = form !== "clause" ? form : erased(clause) ? "type" : "value";
      return { kind, specifier, target: resolve(path, specifier) };
    }),
  );
  return { path, code, imports };
}

/** The TypeScript files under a folder of the project, without generated ones. */
export function sourcesUnder(folder: string): readonly Source[] {
  return readdirSync(posix.join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.generated|\.d)\.tsx?$/.test(entry.name))
    .map((entry) => posix.join(entry.parentPath.replaceAll("\\", "/"), entry.name))
    .filter((file) => !file.includes("/node_modules/"))
    .sort()
    .map((file) => source(posix.relative(root.replaceAll("\\", "/"), file), read(file)));
}

const read = (file: string): string => readFileSync(file, "utf8");
