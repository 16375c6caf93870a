/** Every figure of the report on one page, for developers: `npx vite --open /test/web/gallery/`. */
import { figures } from "./figures.js";

for (const [name, { width, draw }] of Object.entries(figures)) {
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.textContent = `${name}, ${width} pixels`;
  figure.append(caption, draw({ width, document }));
  document.body.append(figure);
}
