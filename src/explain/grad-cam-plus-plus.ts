/** Grad-CAM++: Σ_c w_c·A_c with w_c = Σ_p α_p·max(g_p, 0), g = ∂f/∂A_c and
 *    α_p = g_p² / (2g_p² + (Σ_q A_q)·g_p³)        (0 where g_p = 0),
 *  for the score exp(f), whose factor exp(f) is the same for all pixels and left out. Chattopadhay et al. 2018. */

import { classActivation } from "./class-activation.js";

export const gradCamPlusPlus = classActivation(
  "gradCamPlusPlus",
  "Grad-CAM++",
  "Chattopadhay et al. 2018",
  (A, G, from, C, into) => {
    const P = into.length;
    for (let c = 0, at = from; c < C; c++, at += P) {
      let sum = 0;
      for (let p = 0; p < P; p++) sum += A.data[at + p];
      let w = 0;
      for (let p = 0; p < P; p++) {
        const g = G.data[at + p];
        const below = 2 + sum * g; // g² cancels
        if (g > 0 && below !== 0) w += g / below;
      }
      for (let p = 0; p < P; p++) into[p] += w * A.data[at + p];
    }
  },
);
