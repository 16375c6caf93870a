/** Text in which `…` is code and **…** is strong. The parts are text: nothing in them can become markup. */
import type { ComponentChildren } from "preact";

export function rich(text: string): ComponentChildren {
  return text.split(/(`[^`]*`|\*\*[^*]*\*\*)/).map((part, i) => {
    const key = `${i} ${part}`;
    if (/^`.*`$/s.test(part)) return <code key={key}>{part.slice(1, -1)}</code>;
    if (/^\*\*.*\*\*$/s.test(part)) return <b key={key}>{part.slice(2, -2)}</b>;
    return part;
  });
}
