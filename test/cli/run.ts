/** Runs the built command as a user does. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Called with everything written to both streams so far; may send signals. */
  readonly watch?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

const { NO_COLOR: _, FORCE_COLOR: __, NORMLENS_DEBUG: ___, ...clean } = process.env;

export function normlens(
  args: readonly string[],
  { env = {}, cwd, watch }: RunOptions = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], {
      env: { ...clean, ...env },
      ...(cwd !== undefined && { cwd }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    const seen = (): void => watch?.(out + err, (signal) => child.kill(signal));
    child.stdout.on("data", (bytes: Buffer) => {
      out += bytes;
      seen();
    });
    child.stderr.on("data", (bytes: Buffer) => {
      err += bytes;
      seen();
    });
    child.on("error", reject).on("close", (code) => resolve({ code, out, err }));
  });
}
