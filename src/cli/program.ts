/** The commands as commander sees them: made from the table of options, with help that teaches by examples. */

import { Command, Option } from "commander";
import { NormLensError } from "../tensor/errors.js";
import { hint } from "../tensor/suggest.js";
import type { CommandName, OptionSpec } from "./option-spec.js";
import { forCommand, type Options, optionsOf } from "./options.js";

/** Runs a command on what follows it beside options; the module with its work is loaded only then. */
type Action = (options: Options, operands: readonly string[]) => Promise<void>;

export type Actions = Record<CommandName, Action>;

const modelOperand = [
  "<model>",
  "a model: what `normlens train` has written, ONNX, Keras (.keras, .h5), a TensorFlow.js folder, or weights (safetensors)",
] as const;

/** What help says of a command. `operands`: name and meaning of what follows it; `expected`: the same in a complaint. */
interface About {
  readonly summary: string;
  readonly operands?: readonly (readonly [string, string])[];
  readonly expected?: string;
  readonly after: string;
}

const about: Record<CommandName, About> = {
  train: {
    summary: "train one network and save it",
    after: `
Examples:
  $ normlens train                                   the seed network with Batch Norm on glyphs
  $ normlens train --data mnist --norm none          the same on MNIST (downloaded once), without a norm
  $ normlens train --data mine --data-dir ./images   on pictures in train/CLASS/ and validation/CLASS/
  $ normlens train --json > history.jsonl            one line per epoch for other programs

A training that is interrupted (Ctrl-C) saves what it has.`,
  },
  study: {
    summary: "train with and without Batch Norm over paired seeds, measure, conclude, report",
    after: `
Examples:
  $ normlens study --preset quick                    ten pairs on glyphs, about a minute
  $ normlens study --data mnist --arms none,batch,group --seeds 12
  $ normlens study --arms none,batch --rates shared,tuned --checkpoints epochs,accuracy --dry-run
  $ normlens study --preset standard                 eight arms and what can be done, a coffee break
  $ normlens study --preset replication --data-dir DATA   the published claims, one study after another
  $ normlens study --preset smoke --out /tmp/try     is everything working?
  $ normlens study --preset quick --seeds 20         go on from ten seeds to twenty

Interrupted or killed, the same command goes on where it was: finished trials are kept in --out.`,
  },
  report: {
    summary: "write report.html again from a finished study",
    operands: [["<dir>", "folder of the study: the one that holds study.json"]],
    expected: "one folder",
    after: `
Example:
  $ normlens report studies/quick`,
  },
  serve: {
    summary: "show the reports of a folder of studies in the browser of this machine",
    operands: [["<dir>", "a study's folder, or one that holds such folders"]],
    expected: "one folder",
    after: `
Examples:
  $ normlens serve studies                           a list of studies, each report made when it is opened
  $ normlens serve studies/quick --port 8000

Answers this machine alone, until Ctrl-C.`,
  },
  explain: {
    summary: "show what a trained model looks at in pictures, by any method",
    operands: [
      modelOperand,
      [
        "<image...>",
        "PNG, JPEG, a folder of them, or IDX and npy with an index: images.gz#3, images.npy#0-7",
      ],
    ],
    expected: "a model and pictures",
    after: `
Examples:
  $ normlens explain models/glyphs-seed-batch-0/model.safetensors digit.png
  $ normlens explain model.safetensors t10k-images-idx3-ubyte.gz#0-7 --method all
  $ normlens explain model.safetensors cat.jpg --resize --method gradCam,deepLift --target top-second

Writes explain.html with everything on one page; an overlay, a plain map and the numbers (npy) for each
picture and method; and explain.json. Orange speaks against the target, purple for it.`,
  },
  fold: {
    summary:
      "merge Batch Norm into the layers beside it, and show that the function stays the same",
    operands: [modelOperand],
    expected: "one model",
    after: `
Example:
  $ normlens fold model.safetensors -o folded.safetensors`,
  },
  audit: {
    summary: "is the model's Batch Norm healthy, and what does it do to explanations?",
    operands: [modelOperand],
    expected: "one model",
    after: `
Example:
  $ normlens audit models/glyphs-seed-batch-0/model.safetensors --data glyphs`,
  },
  inspect: {
    summary:
      "what a model is: its ops, their cost, where the norms stand, how they are, what folds",
    operands: [modelOperand],
    expected: "one model",
    after: `
Examples:
  $ normlens inspect resnet18.onnx
  $ normlens inspect resnet18.onnx --draw resnet18.svg
  $ normlens inspect models/glyphs-seed-batch-0/model.safetensors --json`,
  },
  evaluate: {
    summary:
      "how good a finished model is: accuracy, calibration, robustness, and its explanations",
    operands: [modelOperand],
    expected: "one model",
    after: `
Examples:
  $ normlens evaluate model.onnx --data cifar10 --preprocess imagenet
  $ normlens evaluate model.onnx --data mine --data-dir ./images
  $ normlens evaluate resnet50.onnx --data mine --data-dir ./photos --preprocess "resize=256; crop=224; imagenet" --classes imagenet.txt
  $ normlens evaluate model.onnx --data cifar10 --measures fgsmAccuracy,deletion/gradCam --explained 64

Writes evaluation.html with the reliability diagram and maps beside their scores, and evaluation.json.`,
  },
  compare: {
    summary: "two models on the same images: predictions, maps, measures side by side",
    operands: [
      ["<a>", "a model"],
      ["<b>", "another one for the same images and classes"],
    ],
    expected: "two models",
    after: `
Examples:
  $ normlens compare with-norm.onnx without.onnx --data cifar10
  $ normlens compare model.onnx model-folded.onnx --data cifar10 --preprocess imagenet

Where both are the same function (as before and after folding), it says so, and which maps moved nevertheless.`,
  },
  convert: {
    summary: "write a model as another kind of file: ONNX, safetensors, or its graph as JSON",
    operands: [modelOperand],
    expected: "one model",
    after: `
Examples:
  $ normlens convert model.keras -o model.onnx
  $ normlens convert model.safetensors -o model.onnx --opset newest
  $ normlens convert model.onnx -o model.json

Batch Norm is kept; \`normlens fold MODEL -o model.onnx\` writes the model without.`,
  },
  measures: {
    summary: "what can be measured, and what each measure means",
    after: `
Examples:
  $ normlens measures
  $ normlens measures --json`,
  },
  claims: {
    summary: "what is said about Batch Norm, and what would support it",
    after: `
Examples:
  $ normlens claims
  $ normlens claims --json`,
  },
};

/** The whole program. `version` is the package's. */
export function program(version: string, actions: Actions): Command {
  const root = new Command("normlens")
    .description(
      "What does Batch Normalization do to a network: how it trains, generalises and explains itself.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(false)
    .addHelpText(
      "after",
      `
Examples:
  $ normlens study --preset quick      what does Batch Norm do? A report in about a minute
  $ normlens train --data mnist        train the founding network on MNIST
  $ normlens explain MODEL cat.png     what does a trained model look at?
  $ normlens study --help              every option, with examples

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 unusable file or data, 130 interrupted.`,
    );
  for (const name of commandNames) addCommand(root, name, actions[name]);
  return root;
}

function addCommand(root: Command, name: CommandName, action: Action): void {
  const { summary, operands = [], after } = about[name];
  const command = root
    .command(name)
    .description(summary)
    .helpOption("-h, --help", "show this help")
    .addHelpText("after", after);
  for (const operand of operands) command.argument(...operand);
  const given: Record<string, unknown> = {};
  for (const [key, spec] of optionsOf(name)) command.addOption(optionFrom(key, spec, name, given));
  command.action(() => action(given, command.args));
}

function optionFrom(
  key: string,
  spec: OptionSpec<unknown>,
  command: CommandName,
  given: Record<string, unknown>,
): Option {
  const fallback = forCommand(spec.fallback, command);
  const help = forCommand(spec.help, command) ?? "";
  const option = new Option(
    spec.flags,
    fallback === undefined ? help : `${help} (default: ${fallback})`,
  );
  const flag = option.long ?? spec.flags;
  const take = (text: string): unknown => {
    given[key] = spec.read(text, flag);
    return given[key];
  };
  if (option.required) return option.argParser(take);
  return option.argParser(take).preset("true");
}

const commandNames = Object.keys(about) as CommandName[];

const operandsOf = (command: Command | undefined): string =>
  (command?.registeredArguments ?? []).map((each) => `<${each.name()}>`).join(" ");

const expectedOf = (command: Command): string | undefined =>
  about[commandNames.find((name) => name === command.name()) ?? "train"].expected;

/** The name of an operand in words. */
const missing = (name: string): string => (name === "dir" ? "folder" : name);

/** A complaint of commander in our form: what was given, what is allowed, what may have been meant. */
export function usageError(
  code: string,
  message: string,
  argv: readonly string[],
  root: Command,
): NormLensError {
  const command = root.commands.find((candidate) => candidate.name() === argv[0]);
  const place = command ? `${command.name()}: ` : "";
  const who = command ? `normlens ${command.name()}` : "normlens";
  const quoted = /'([^']*)'/.exec(message)?.[1] ?? "";
  const complaint = (got: string, expected: string): NormLensError =>
    new NormLensError(
      "option",
      `${place}${got}, expected ${expected} (\`${who} --help\` explains)`,
    );
  switch (code) {
    case "commander.unknownOption": {
      const flags = (command ?? root).options.map((option) => option.long ?? option.flags);
      return complaint(
        `got unknown option ${quoted}`,
        `one of ${flags.join(", ")}${hint(quoted, flags)}`,
      );
    }
    case "commander.unknownCommand": {
      const names = root.commands.map((candidate) => candidate.name());
      return complaint(
        `got unknown command "${quoted}"`,
        `one of ${names.join(", ")}${hint(quoted, names)}`,
      );
    }
    case "commander.optionMissingArgument":
      return complaint(`got ${quoted.split(" ")[0]} without a value`, `${quoted}`);
    case "commander.missingArgument":
      return complaint(`got no ${missing(quoted)}`, `\`${who} ${operandsOf(command)}\``);
    case "commander.excessArguments":
      return complaint(
        `got arguments ${(command?.args ?? argv).map((argument) => `"${argument}"`).join(" ")}`,
        (command && expectedOf(command)) ?? "only options",
      );
    default:
      return new NormLensError("option", `${place}${message.replace(/^error: /, "")}`);
  }
}
