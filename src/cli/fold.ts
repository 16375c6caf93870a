/** `normlens fold`: the same function without Batch Norm, and the evidence that it is the same. */

import { extname } from "node:path";
import { type FoldEvidence, fold } from "../fold/index.js";
import { modelHash } from "../model/hash.js";
import { LIBRARY_VERSION } from "../study/version.js";
import { fail } from "../tensor/index.js";
import { commandAgain } from "./command.js";
import { terminal } from "./display/terminal.js";
import { columns } from "./display/words.js";
import { checkOutput, openModel, saveAnyModel } from "./model.js";
import type { Options } from "./options.js";

const short = (v: number): string => (v === 0 ? "0" : v.toExponential(1));

export async function foldModel(options: Options, path: string): Promise<void> {
  const ending = extname(path);
  const kind = ending === ".onnx" ? ending : ".safetensors";
  const output = options.output ?? `${path.slice(0, path.length - ending.length)}-folded${kind}`;
  checkOutput("fold", path, output);
  const { model, metadata, pixels } = await openModel(options, path);
  if (!model.nodes.some(({ kind }) => kind === "batchNorm"))
    fail("option", `fold: got a model without batchNorm (${path}), expected one to fold`);
  const { model: folded, evidence } = fold(model);
  const origin = modelHash(model);
  await saveAnyModel(
    folded,
    output,
    {
      metadata: { ...metadata, foldedFrom: origin, foldedBy: LIBRARY_VERSION },
      pixels,
    },
    options,
  );
  if (options.json === true) {
    const record = {
      model: path,
      modelHash: origin,
      output,
      outputHash: modelHash(folded),
      evidence,
    };
    process.stdout.write(`${JSON.stringify(record)}\n`);
    return;
  }
  const t = terminal(process.stdout);
  for (const line of evidenceLines(evidence)) t.line(line);
  t.line(`model    ${output}`);
  const { preprocess } = options;
  const again = commandAgain("compare", [path, output], { ...(preprocess && { preprocess }) });
  t.line(t.style("dim", `next     ${again} --data NAME`));
}

/** Where every norm went, and how far the logits moved. */
export function evidenceLines({ norms, float64, float32 }: FoldEvidence): string[] {
  const rows = norms.map(({ norm, into, order, channels, negative }) => [
    norm,
    `into ${into}`,
    order,
    `${channels} channels`,
    `${negative} with γ < 0`,
  ]);
  const moved = [
    ...float64.map((d) => ["float64", d] as const),
    ...float32.map((d) => ["float32", d] as const),
  ];
  return [
    ...columns(rows),
    "",
    ...columns([
      ["logits moved by at most", "absolute", "of the largest"],
      ...moved.map(([type, { inputs, count, absolute, relative }]) => [
        `${count} ${inputs} inputs, ${type}`,
        short(absolute),
        short(relative),
      ]),
    ]),
  ];
}
