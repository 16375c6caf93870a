/** Something folded away: made when it is opened for the first time, and always on paper. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { usePrinting } from "./printing.js";

interface FoldProps {
  readonly summary: ComponentChildren;
  readonly class?: string;
  readonly children: () => ComponentChildren;
}

export function Fold({ summary, class: name, children }: FoldProps) {
  const [isOpen, setOpen] = useState(false);
  const [wasOpen, setWasOpen] = useState(false);
  const printing = usePrinting();
  return (
    <details
      class={name}
      open={isOpen || printing}
      onToggle={(event) => {
        if (printing) return;
        setOpen(event.currentTarget.open);
        if (event.currentTarget.open) setWasOpen(true);
      }}
    >
      <summary>{summary}</summary>
      {(wasOpen || isOpen || printing) && children()}
    </details>
  );
}
