/** `normlens convert`: a model as another kind of file, read again and compared before it is called done. */

import { extname } from "node:path";
import { session } from "../engine/session.js";
import { loadAnyModel } from "../formats/load-model.node.js";
import { largestDifference } from "../measures/comparison.js";
import { modelHash } from "../model/hash.js";
import type { Model } from "../model/index.js";
import { quoted } from "../report/command.js";
import { fail, random, type Tensor, tensor } from "../tensor/index.js";
import { terminal } from "./display/terminal.js";
import { checkOutput, openModel, saveAnyModel } from "./model.js";
import type { Options } from "./options.js";

export async function convert(options: Options, path: string): Promise<void> {
  const { output } = options;
  if (output === undefined)
    return fail("option", "convert: got no file to write, expected one with -o: -o model.onnx");
  checkOutput("convert", path, output);
  const opened = await openModel(options, path);
  await saveAnyModel(opened.model, output, opened, options);
  const difference =
    extname(output) === ".json"
      ? undefined
      : moved(opened.model, (await loadAnyModel(output)).model);
  if (difference !== undefined && !(difference < 1e-5))
    fail("file", `${output}: got another function than ${path}, by ${difference}; do not use it`);
  const record = { model: path, output, hash: modelHash(opened.model), difference };
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(record)}\n`);
    return;
  }
  const t = terminal(process.stdout);
  for (const note of opened.notes) t.line(`note     ${note}`);
  if (difference === undefined)
    t.line("written  the graph and the shapes of its arrays, without their numbers");
  else
    t.line(
      `checked  read again, it is the same function: logits differ by ${difference === 0 ? "nothing" : difference.toExponential(1)}`,
    );
  if (opened.pixels !== undefined) t.line(`pixels   ${opened.pixels}, as the file says now`);
  t.line(`model    ${output}`);
  const next =
    difference === undefined
      ? `normlens inspect ${quoted(path)} --draw ${quoted(output.replace(/json$/, "svg"))}    the graph as a picture`
      : `normlens evaluate ${quoted(output)} --data NAME    how good it is, on a dataset`;
  t.line(t.style("dim", `next     ${next}`));
}

/** Largest difference of two models' logits on noise, as a share of the largest logit. */
export function moved(a: Model, b: Model): number {
  const [C, H, W] = a.inputShape;
  const stream = random("convert");
  const noise: Tensor = tensor(
    [2, C, H, W],
    Float32Array.from({ length: 2 * C * H * W }, () => stream.normal()),
  );
  const [x, y] = [a, b].map((model) => session(model, { batch: 2 }).forward(noise));
  return largestDifference(x, y);
}
