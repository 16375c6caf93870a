/** A model's graph as JSON, without its numbers: what another program, or a reader, needs to know of it.
 *  - `format`: "normlens/description/1"
 *  - `hash`: the model's (see `modelHash`)
 *  - `inputShape`, `nodes`, `output`: the graph
 *  - `parameters`: the shape of every array by name
 *  - `metadata`: texts */

import { modelHash } from "../model/hash.js";
import type { Graph, Model } from "../model/model.js";
import { type Json, readJson } from "./json.js";
import { parseGraph } from "./model-file.js";
import { badFile, showText } from "./problems.js";

const FORMAT = "normlens/description/1";

/** The same model gives the same text. */
export function describeModel(
  model: Model,
  metadata: Readonly<Record<string, string>> = {},
): string {
  const { inputShape, nodes, output, parameters } = model;
  const shapes = Object.fromEntries(
    Object.keys(parameters)
      .sort()
      .map((key) => [key, parameters[key].shape]),
  );
  const description = {
    format: FORMAT,
    hash: modelHash(model),
    inputShape,
    output,
    nodes,
    parameters: shapes,
    metadata,
  };
  return `${JSON.stringify(description, null, 1)}\n`;
}

/** The graph of a description, read as hostile input: `initialise` makes an untrained model of it. */
export function readDescription(bytes: Uint8Array, name: string): Graph {
  const json = readJson(bytes, name, "whole file");
  if (!isObject(json)) return badFile(name, "whole file", "no object", "a description of a model");
  const { format = null, inputShape = null, nodes = null, output = null } = json;
  if (format !== FORMAT)
    badFile(
      name,
      "key format",
      typeof format === "string" ? showText(format) : "no format",
      `"${FORMAT}"`,
    );
  return parseGraph({ inputShape, nodes, output }, name);
}

const isObject = (json: Json): json is { readonly [key: string]: Json } =>
  typeof json === "object" && json !== null && !Array.isArray(json);
