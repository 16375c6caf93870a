/** HiResCAM: Σ_c ∂f/∂A_c ⊙ A_c, without averaging the gradient over pixels, so that the map names only places that the
 *  model used. Draelos & Carin 2020. */

import { classActivation } from "./class-activation.js";

export const hiResCam = classActivation(
  "hiResCam",
  "HiResCAM",
  "Draelos & Carin 2020",
  (A, G, from, C, into) => {
    const P = into.length;
    for (let c = 0, at = from; c < C; c++, at += P)
      for (let p = 0; p < P; p++) into[p] += G.data[at + p] * A.data[at + p];
  },
);
