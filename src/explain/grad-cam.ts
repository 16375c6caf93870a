/** Grad-CAM: Σ_c w_c·A_c with w_c = mean over pixels of ∂f/∂A_c. Selvaraju et al. 2017. */

import { classActivation } from "./class-activation.js";

export const gradCam = classActivation(
  "gradCam",
  "Grad-CAM",
  "Selvaraju et al. 2017",
  (A, G, from, C, into) => {
    const P = into.length;
    for (let c = 0, at = from; c < C; c++, at += P) {
      let w = 0;
      for (let p = 0; p < P; p++) w += G.data[at + p] / P;
      for (let p = 0; p < P; p++) into[p] += w * A.data[at + p];
    }
  },
);
