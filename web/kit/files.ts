/** Files that the page hands out: nothing leaves the browser, the reader saves them. */

/** Offers `content` as a download named `name`. */
export function save(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Attributes in which a figure may use the page's colours. */
const painted = ["fill", "stroke", "color"] as const;

/** A figure of the page as a file of its own: the page's colours and fonts written into it. */
export function svgFile(figure: SVGSVGElement): string {
  const copy = figure.cloneNode(true) as SVGSVGElement;
  const originals = [figure, ...figure.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  originals.forEach((original, i) => {
    const style = getComputedStyle(original);
    for (const name of painted)
      if (/var\(|currentColor/.test(copies[i].getAttribute(name) ?? ""))
        copies[i].setAttribute(name, style.getPropertyValue(name));
  });
  const { fontFamily, color } = getComputedStyle(figure);
  const paper = getComputedStyle(document.body).backgroundColor;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("style", `font-family: ${fontFamily}; color: ${color}; background: ${paper}`);
  copy.removeAttribute("aria-hidden");
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}
