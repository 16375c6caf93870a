/** Where words for people go, how wide it is, and whether it takes colours and can be redrawn. */

import { styleText } from "node:util";

export type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  /** A line that stays. */
  line(text?: string): void;
  /** Lines that the next call replaces; nothing where nothing can be redrawn. */
  live(lines: readonly string[]): void;
  /** Ends the live part and leaves its last state standing. */
  settle(): void;
  /** Whether `live` shows anything. */
  readonly isLive: boolean;
  readonly columns: number;
  /** Letters that fit in a line; any number where text goes to a file or a pipe. */
  readonly width: number;
  style(style: Style, text: string): string;
}

/** How often live lines are drawn at most, in milliseconds. */
const INTERVAL = 80;
const HIDE = "\u001b[?25l";
const SHOW = "\u001b[?25h";
const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");

/** Letters that a line shows. */
export const visible = (text: string): string => text.replace(escapes, "");

/** FORCE_COLOR and NO_COLOR decide; else colours go to terminals that have them. Node's `styleText` looks at the
 *  stream only in newer versions. */
function takesColours(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return !["", "0", "false"].includes(env.FORCE_COLOR);
  return stream.isTTY === true && stream.hasColors(env);
}

/** A terminal over a stream; live only in a TTY that is not a log of a build server. */
export function terminal(stream: NodeJS.WriteStream, env = process.env): Terminal {
  const isLive = stream.isTTY === true && !env.CI && env.TERM !== "dumb";
  const coloured = takesColours(stream, env);
  let drawn = 0;
  let last = 0;
  let pending: readonly string[] | undefined;
  const columns = (): number => Math.max(40, Math.min(stream.columns ?? 80, 120));
  const back = (): string => (drawn > 0 ? `\u001b[${drawn}A\r\u001b[J` : "");
  const draw = (lines: readonly string[]): void => {
    const cut = lines.map((line) =>
      visible(line).length > columns() - 1 ? visible(line).slice(0, columns() - 1) : line,
    );
    stream.write(`${HIDE}${back()}${cut.join("\n")}\n`);
    drawn = cut.length;
    last = performance.now();
    pending = undefined;
  };
  const settle = (): void => {
    if (pending) draw(pending);
    if (drawn > 0) stream.write(SHOW);
    drawn = 0;
  };
  if (isLive) process.once("exit", () => drawn > 0 && stream.write(SHOW));
  return {
    isLive,
    settle,
    get columns() {
      return columns();
    },
    get width() {
      return stream.isTTY === true ? stream.columns : Number.POSITIVE_INFINITY;
    },
    line(text = "") {
      const below = drawn > 0 ? back() : "";
      drawn = 0;
      stream.write(`${below}${text}\n`);
    },
    live(lines) {
      if (!isLive) return;
      if (performance.now() - last >= INTERVAL) draw(lines);
      else pending = lines;
    },
    style: (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text),
  };
}
