/** Builds the report page into one file without outside references: the form that src/report/render.node.ts fills. */
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Moves the program behind the data, so that a file that was cut off keeps the message that says so. */
const programLast: Plugin = {
  name: "program-last",
  enforce: "post",
  generateBundle(_, bundle) {
    const page = bundle["report.html"];
    if (page?.type !== "asset") throw new Error("report: the bundle has no report.html");
    const [program, ...others] =
      `${page.source}`.match(/<script type="module"[^>]*>.*?<\/script>/gs) ?? [];
    if (program === undefined || others.length > 0)
      throw new Error(`report: got ${others.length + 1} programs in report.html, expected 1`);
    const rest = `${page.source}`.split(program).join("");
    page.source = rest.replace("</body>", () => `${program}\n  </body>`);
  },
};

export default defineConfig({
  root: folder("."),
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [viteSingleFile({ removeViteModuleLoader: true }), programLast],
  build: {
    outDir: folder("../dist/web"),
    emptyOutDir: true,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"], // light-dark() as it is
    reportCompressedSize: false,
    rolldownOptions: { input: folder("report.html") },
  },
});
