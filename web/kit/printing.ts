/** On paper everything is drawn and open: components that wait for the reader ask here whether they may. */

import { options } from "preact";
import { useEffect, useState } from "preact/hooks";

let isPrinting = false;
const listeners = new Set<(printing: boolean) => void>();

/** The browser takes the page as it is when the event ends, so everything renders at once. */
function tell(printing: boolean): void {
  const usual = options.debounceRendering;
  options.debounceRendering = (render) => render();
  isPrinting = printing;
  for (const listener of listeners) listener(printing);
  if (usual === undefined) delete options.debounceRendering;
  else options.debounceRendering = usual;
}

addEventListener("beforeprint", () => tell(true));
addEventListener("afterprint", () => tell(false));

export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(isPrinting);
  useEffect(() => {
    listeners.add(setPrinting);
    setPrinting(isPrinting);
    return () => {
      listeners.delete(setPrinting);
    };
  }, []);
  return printing;
}
