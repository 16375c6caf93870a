/** `normlens inspect`: what a model is, where its norms stand and how they are, and what can be folded. */

import { basename, extname } from "node:path";
import { pathToFileURL } from "node:url";
import { type Inspection, inspect } from "../fold/inspection.js";
import type { LoadedModel } from "../formats/any-model.js";
import { writeAtomically } from "../formats/files.node.js";
import { keepingBatchNorm } from "../formats/onnx/exporters.js";
import { modelHash } from "../model/hash.js";
import { fail } from "../tensor/index.js";
import { terminal } from "./display/terminal.js";
import { plural, thousands, wrap } from "./display/words.js";
import { graphSvg } from "./graph-svg.js";
import { healthRows, nodeRows } from "./inspect-rows.js";
import { openModel, UNSAID_PIXELS } from "./model.js";
import type { Options } from "./options.js";

export async function inspectModel(options: Options, path: string): Promise<void> {
  const loaded = await openModel(options, path);
  const found = inspect(loaded.model);
  const advice = adviceOn(loaded, found);
  const { draw } = options;
  if (draw !== undefined) {
    if (extname(draw) !== ".svg")
      fail(
        "option",
        `--draw: got ${draw}, expected a file that ends in .svg; browsers open it, and print it or save it as other kinds of picture`,
      );
    await writeAtomically(draw, graphSvg(found, basename(path)));
  }
  if (options.json === true) {
    const { format, producer, metadata, notes, preprocessing } = loaded;
    const hash = modelHash(loaded.model);
    const record = {
      model: path,
      modelHash: hash,
      format,
      producer,
      metadata,
      notes,
      preprocessing,
      advice,
    };
    process.stdout.write(`${JSON.stringify({ ...record, ...found })}\n`);
    return;
  }
  const t = terminal(process.stdout);
  const shown = loaded.pixels ?? UNSAID_PIXELS;
  const { name, version } = loaded.producer ?? { name: "", version: "" };
  const by = name === "" ? "" : `, written by ${name} ${version}`.trimEnd();
  t.line(`model      ${path} (${loaded.format}${by})`);
  t.line(`function   ${found.inputShape.join("×")} → ${found.outputShape.join("×")}`);
  t.line(
    `size       ${thousands(found.parameters)} parameters, ${thousands(found.statistics)} statistics, ` +
      `${thousands(found.macs)} multiply-accumulates per image`,
  );
  t.line(`pixels     ${shown}`);
  t.line();
  for (const line of nodeRows(found, t.width)) t.line(line);
  const health = healthRows(found, t.width);
  if (health.length > 0) t.line();
  for (const line of health) t.line(line);
  t.line();
  if (draw !== undefined) t.line(`drawing    ${draw}  ${t.style("dim", pathToFileURL(draw).href)}`);
  for (const text of [...advice, ...loaded.notes]) {
    const [first, ...rest] = wrap(text, Math.min(t.columns, 100) - 2);
    t.line(`• ${first}`);
    for (const line of rest) t.line(`  ${line}`);
  }
}

/** What the tables mean for whoever wants to fold or explain the model. */
export function adviceOn({ producer }: Pick<LoadedModel, "producer">, found: Inspection): string[] {
  const { norms, folds, foldRefusal, traces } = found;
  const batch = norms.filter(({ kind }) => kind === "batchNorm");
  const advice: string[] = [];
  if (traces.verdict === "yes" || traces.verdict === "likely" || traces.verdict === "possible") {
    const sure = { yes: "was", likely: "was probably", possible: "may have been" }[traces.verdict];
    const keep = producer && keepingBatchNorm(producer);
    advice.push(
      `Batch Norm ${sure} folded into this model (${traces.signs[0]}); it cannot be brought back from the file. ` +
        (keep ?? "Give the model as it was before, with its batch norms."),
    );
  }
  const kept = folds.filter(({ direction }) => direction === "kept");
  const merged = folds.length - kept.length;
  if (batch.length > 0)
    advice.push(
      kept.length === 0 && foldRefusal === undefined
        ? `${batch.length === 1 ? "The batch norm" : `All ${batch.length} batch norms`} can be folded exactly (normlens fold).`
        : `${merged} of ${plural(batch.length, "batch norm")} can be folded exactly. ${foldRefusal ?? ""}`,
    );
  for (const { id, health } of batch) {
    if (!health) continue;
    if (health.broken > 0)
      advice.push(
        `Batch norm "${id}" has ${health.broken} broken numbers (not finite, or a variance below 0); estimate its statistics again.`,
      );
    if (health.isUntouched)
      advice.push(
        `Batch norm "${id}" has mean 0 and variance 1 in every channel: its statistics were never observed.`,
      );
    if (health.belowEpsilon > 0)
      advice.push(
        `Batch norm "${id}" has ${plural(health.belowEpsilon, "channel")} with a variance below ε = ${health.epsilon.toPrecision(3)}; there ε sets the scale.`,
      );
  }
  const negative = batch.reduce((sum, { health }) => sum + (health?.negative ?? 0), 0);
  const channels = batch.reduce((sum, norm) => sum + norm.channels, 0);
  if (negative > 0)
    advice.push(
      `${negative} of ${channels} channels have γ < 0: there folding moves rule-based explanations (normlens audit).`,
    );
  return advice;
}
