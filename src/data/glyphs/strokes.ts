/** How ten digits are drawn: own stroke models, as points in a box with x from −0.32 to 0.32 (rightwards) and
 *  y from −0.5 to 0.5 (downwards). A digit has several variants, as handwriting has. */

export type Point = readonly [x: number, y: number];

/** A pen movement.
 *  - `straight`: a polyline through the points, with corners
 *  - `smooth`: a Catmull–Rom spline through the points
 *  - `loop`: the same, closed */
export interface Stroke {
  readonly kind: "straight" | "smooth" | "loop";
  readonly points: readonly Point[];
}

const straight = (...points: Point[]): Stroke => ({ kind: "straight", points });
const smooth = (...points: Point[]): Stroke => ({ kind: "smooth", points });
const loop = (...points: Point[]): Stroke => ({ kind: "loop", points });

/** Eight points of an ellipse, clockwise from the right. */
function ellipse(x: number, y: number, rx: number, ry: number): Stroke {
  const [dx, dy] = [rx * Math.SQRT1_2, ry * Math.SQRT1_2];
  return loop(
    [x + rx, y],
    [x + dx, y + dy],
    [x, y + ry],
    [x - dx, y + dy],
    [x - rx, y],
    [x - dx, y - dy],
    [x, y - ry],
    [x + dx, y - dy],
  );
}

const twoTop = smooth(
  [-0.27, -0.26],
  [-0.2, -0.42],
  [0, -0.48],
  [0.21, -0.38],
  [0.24, -0.18],
  [0.1, 0.06],
  [-0.1, 0.28],
  [-0.28, 0.46],
);
const threeBowl = smooth(
  [-0.08, -0.03],
  [0.14, 0.04],
  [0.25, 0.22],
  [0.18, 0.41],
  [-0.04, 0.48],
  [-0.26, 0.38],
);
const sevenTop = straight([-0.27, -0.46], [0.27, -0.46]);
const sevenLeg = smooth([0.27, -0.46], [0.1, -0.12], [-0.02, 0.16], [-0.08, 0.48]);

/** The variants of each digit. */
export const DIGITS: readonly (readonly (readonly Stroke[])[])[] = [
  [[ellipse(0, 0, 0.27, 0.47)], [ellipse(0, 0, 0.31, 0.42)]],
  [
    [straight([0, -0.47], [0, 0.47])],
    [straight([-0.18, -0.28], [0.03, -0.47], [0.03, 0.47])],
    [straight([-0.17, -0.3], [0.01, -0.47], [0.01, 0.47]), straight([-0.22, 0.47], [0.22, 0.47])],
  ],
  [
    [twoTop, straight([-0.28, 0.46], [0.28, 0.46])],
    [twoTop, smooth([-0.28, 0.46], [-0.08, 0.4], [0.12, 0.46], [0.3, 0.4])],
  ],
  [
    [
      smooth(
        [-0.25, -0.37],
        [-0.05, -0.48],
        [0.17, -0.4],
        [0.2, -0.22],
        [0.1, -0.07],
        [-0.08, -0.03],
      ),
      threeBowl,
    ],
    [
      straight([-0.24, -0.46], [0.22, -0.46], [-0.08, -0.1]),
      smooth([-0.08, -0.1], ...threeBowl.points.slice(1)),
    ],
  ],
  [
    [straight([0.12, -0.47], [-0.28, 0.16], [0.3, 0.16]), straight([0.12, -0.47], [0.12, 0.47])],
    [straight([-0.18, -0.46], [-0.25, 0.06], [0.28, 0.06]), straight([0.17, -0.3], [0.14, 0.47])],
  ],
  [
    [
      straight([0.24, -0.46], [-0.2, -0.46], [-0.23, -0.06]),
      smooth(
        [-0.23, -0.06],
        [0.02, -0.14],
        [0.23, 0.01],
        [0.26, 0.24],
        [0.1, 0.45],
        [-0.12, 0.47],
        [-0.28, 0.37],
      ),
    ],
    [
      straight([0.24, -0.47], [-0.16, -0.45]),
      smooth(
        [-0.16, -0.45],
        [-0.2, -0.22],
        [-0.1, -0.12],
        [0.12, -0.06],
        [0.23, 0.14],
        [0.14, 0.38],
        [-0.08, 0.47],
        [-0.27, 0.4],
      ),
    ],
  ],
  [
    [
      smooth(
        [0.2, -0.46],
        [-0.04, -0.36],
        [-0.2, -0.12],
        [-0.25, 0.16],
        [-0.16, 0.4],
        [0.04, 0.47],
        [0.22, 0.35],
        [0.23, 0.14],
        [0.06, -0.02],
        [-0.13, 0.05],
        [-0.25, 0.2],
      ),
    ],
    [
      smooth([0.06, -0.48], [-0.14, -0.22], [-0.23, 0.05], [-0.24, 0.22]),
      ellipse(0, 0.22, 0.24, 0.25),
    ],
  ],
  [
    [sevenTop, straight([0.27, -0.46], [-0.06, 0.47])],
    [sevenTop, sevenLeg],
    [sevenTop, sevenLeg, straight([-0.12, 0.02], [0.22, 0.02])],
  ],
  [
    [
      loop(
        [0.19, -0.2],
        [0.17, -0.4],
        [0, -0.48],
        [-0.17, -0.4],
        [-0.19, -0.2],
        [0, -0.03],
        [0.23, 0.17],
        [0.2, 0.39],
        [0, 0.48],
        [-0.2, 0.39],
        [-0.23, 0.17],
        [0, -0.03],
      ),
    ],
    [ellipse(0, -0.24, 0.19, 0.22), ellipse(0, 0.23, 0.24, 0.25)],
  ],
  [
    [
      smooth(
        [0.23, -0.22],
        [0.08, -0.02],
        [-0.14, -0.04],
        [-0.24, -0.22],
        [-0.14, -0.42],
        [0.06, -0.47],
        [0.2, -0.36],
        [0.24, -0.14],
        [0.2, 0.16],
        [0.06, 0.47],
      ),
    ],
    [ellipse(-0.01, -0.24, 0.23, 0.23), straight([0.22, -0.3], [0.2, 0.48])],
  ],
];
