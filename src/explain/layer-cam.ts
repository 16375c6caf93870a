/** LayerCAM: Σ_c max(∂f/∂A_c, 0) ⊙ A_c; its weights belong to places, so it works at lower layers too.
 *  Jiang et al. 2021. */

import { classActivation } from "./class-activation.js";

export const layerCam = classActivation(
  "layerCam",
  "LayerCAM",
  "Jiang et al. 2021",
  (A, G, from, C, into) => {
    const P = into.length;
    for (let c = 0, at = from; c < C; c++, at += P)
      for (let p = 0; p < P; p++) into[p] += Math.max(G.data[at + p], 0) * A.data[at + p];
  },
);
