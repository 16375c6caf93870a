#!/usr/bin/env node
/** The command line: reads the arguments, runs the command, turns failures into one line and an exit code.
 *  Every command's work is loaded when it is asked for, so that help and mistakes are answered at once. */

import { CommanderError } from "commander";
import { LIBRARY_VERSION } from "../study/version.js";
import { describe } from "./errors.js";
import { program, usageError } from "./program.js";
import { interruptible } from "./signals.js";

async function main(argv: readonly string[]): Promise<number> {
  const root = program(LIBRARY_VERSION, {
    train: (options) =>
      interruptible(async (signal) => (await import("./train.js")).train(options, signal)),
    study: (options) =>
      interruptible(async (signal) => (await import("./study.js")).study(options, signal)),
    report: async (options, [folder]) => (await import("./report.js")).report(options, folder),
    serve: (options, [folder]) =>
      interruptible(async (signal) => (await import("./serve.js")).serve(options, folder, signal)),
    explain: (options, [model, ...images]) =>
      interruptible(async (signal) =>
        (await import("./explain.js")).explain(options, model, images, signal),
      ),
    fold: async (options, [model]) => (await import("./fold.js")).foldModel(options, model),
    audit: (options, [model]) =>
      interruptible(async (signal) =>
        (await import("./audit.js")).auditModel(options, model, signal),
      ),
    inspect: async (options, [model]) =>
      (await import("./inspect.js")).inspectModel(options, model),
    evaluate: (options, [model]) =>
      interruptible(async (signal) =>
        (await import("./evaluate.js")).evaluate(options, model, signal),
      ),
    compare: (options, [a, b]) =>
      interruptible(async (signal) =>
        (await import("./compare.js")).compare(options, a, b, signal),
      ),
    convert: async (options, [model]) => (await import("./convert.js")).convert(options, model),
    measures: async (options) => (await import("./measures.js")).listMeasures(options),
    claims: async (options) => (await import("./claims.js")).listClaims(options),
  });
  if (argv.length === 0) {
    root.outputHelp();
    return 0;
  }
  try {
    await root.parseAsync(argv, { from: "user" });
    return 0;
  } catch (error) {
    const isUsage = error instanceof CommanderError;
    if (isUsage && error.exitCode === 0) return 0; // help and version are no failures
    const { text, code } = describe(
      isUsage ? usageError(error.code, error.message, argv, root) : error,
    );
    process.stderr.write(`${text}\n`);
    return code;
  }
}

// Whoever reads our output may stop reading: `normlens … | head` is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
process.exitCode = await main(process.argv.slice(2));
