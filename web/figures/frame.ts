/** What a figure is drawn into: a width in CSS pixels, and the document that makes its elements. */
export interface Frame {
  readonly width: number;
  readonly document: Document;
}

/** Draws a figure. */
export type Draw = (frame: Frame) => Element;

/** What all plots share. */
export const base = ({ width, document }: Frame) => ({
  width,
  document,
  style: { fontFamily: "inherit", fontSize: "12px", background: "none", overflow: "visible" },
});

/** A tip's ground and border. */
export const tipStyle = { fill: "var(--surface)", stroke: "var(--rule)" };
