/** LIGS, the local similarity of input gradients: mean over draws of cos(∇ₓℓ(x), ∇ₓℓ(x + ν)), ν ~ σ·N(0, 1).
 *  ℓ is the cross-entropy of the true label. Near 1: explanations by gradients stay when the input barely changes.
 *  Cosines ignore the size of the gradient, so confident and hesitant models compare. Benz, Zhang & Kweon 2021. */

import type { Tensor } from "../../tensor/index.js";
import type { InputMeasure } from "../measure.js";

/** cos of the i-th rows of two tensors; undefined if either row is zero. */
export function rowCosine(a: Tensor, b: Tensor, i: number): number | undefined {
  const inner = a.data.length / a.shape[0];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let p = i * inner; p < (i + 1) * inner; p++) {
    ab += a.data[p] * b.data[p];
    aa += a.data[p] * a.data[p];
    bb += b.data[p] * b.data[p];
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : undefined;
}

export const ligs = {
  of: "input",
  title: "LIGS: stability of input gradients",
  question: "Does the gradient keep its direction when the image barely changes?",
  zh: { title: "LIGS：输入梯度的稳定性", question: "图像几乎不变时，梯度是否保持方向？" },
  family: "stability",
  unit: "cosine",
  better: "higher",
  scale: "difference",
  reference: "Benz et al. 2021",
  /** sigma: standard deviation of the noise in units of the input range; draws: noisy copies per image. */
  defaults: { sigma: 0.01, draws: 10 },
  cost({ draws }, { explained }) {
    const images = explained * (draws + 1);
    return { forward: images, backward: images };
  },
  score({ images, lossGradient, noise }, { sigma, draws }) {
    const n = images.shape[0];
    const clean = lossGradient(images);
    const cosines = Array.from({ length: n }, () => [] as number[]);
    for (let draw = 0; draw < draws; draw++) {
      const nu = noise(draw);
      const moved = { shape: images.shape, data: images.data.map((x, p) => x + sigma * nu[p]) };
      const gradient = lossGradient(moved);
      for (let i = 0; i < n; i++) {
        const cosine = rowCosine(clean, gradient, i);
        if (cosine !== undefined) cosines[i].push(cosine);
      }
    }
    return cosines.map((found) =>
      found.length === draws ? found.reduce((sum, c) => sum + c, 0) / draws : null,
    );
  },
} as const satisfies InputMeasure<{ sigma: number; draws: number }>;
