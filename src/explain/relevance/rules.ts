/** The relevance rules. z_i = Σ_j a_j w_ij + b_i is the layer, R_i arrives at its outputs, input j gets R_j.
 *
 *  Choices where references disagree: α − β = 1 with β ≥ 0; γ changes the bias too; w² has no bias in its denominator;
 *  flat spreads over the inputs that exist, padding gets nothing.
 *  Adding a rule: a function here, a line in `rules`, its formula in the test beside. */

import { fail } from "../../tensor/errors.js";
import {
  type LinearRule,
  negative,
  positive,
  type Rule,
  type Term,
  type Transport,
} from "./rule.js";

const STABILIZER = 1e-6;

const zero = (): number => 0;
const one = (): number => 1;

/** LRP-0: R_j = Σ_i a_j w_ij / z_i · R_i. Equals gradient × input on ReLU networks without biases. Bach et al. 2015. */
export const zeroRule = (): LinearRule => ({ ...epsilon(0), name: "zero" });

/** LRP-ε: R_j = Σ_i a_j w_ij / (z_i + ε·sign z_i) · R_i. Use on dense layers. Bach et al. 2015. */
export const epsilon = (eps = STABILIZER): LinearRule => ({
  name: "epsilon",
  shares: [{ terms: [{}] }],
  stabilizer: eps,
});

/** LRP-γ for inputs that are nowhere negative: R_j = Σ_i a_j (w_ij + γ w_ij⁺) / Σ_l … · R_i.
 *  Montavon et al. 2019. */
export const gamma = (g = 0.25): LinearRule => {
  const favour = (w: number): number => w + g * positive(w);
  return { name: "gamma", shares: [{ terms: [{ weight: favour, bias: favour }] }] };
};

/** γ for inputs of either sign. Where z_i > 0: R_j = Σ_i (a_j⁺(w_ij + γ w_ij⁺) + a_j⁻(w_ij + γ w_ij⁻)) / Σ_l … · R_i;
 *  where z_i < 0 with w⁺ and w⁻ exchanged; an output with z_i = 0 hands nothing down. Andéol et al. 2021. */
export const generalizedGamma = (g = 0.25): LinearRule => {
  const up = (w: number): number => w + g * positive(w);
  const down = (w: number): number => w + g * negative(w);
  return {
    name: "generalizedGamma",
    shares: [
      {
        when: "positive",
        terms: [
          { input: positive, weight: up, bias: up },
          { input: negative, weight: down, bias: zero },
        ],
      },
      {
        when: "negative",
        terms: [
          { input: positive, weight: down, bias: down },
          { input: negative, weight: up, bias: zero },
        ],
      },
    ],
  };
};

const excitation: readonly Term[] = [
  { input: positive, weight: positive, bias: positive },
  { input: negative, weight: negative, bias: zero },
];
const inhibition: readonly Term[] = [
  { input: positive, weight: negative, bias: negative },
  { input: negative, weight: positive, bias: zero },
];

/** z⁺: only excitation, R_j = Σ_i (a_j w_ij)⁺ / (Σ_l (a_l w_il)⁺ + b_i⁺) · R_i. Montavon et al. 2017. */
export const zPlus = (): LinearRule => ({ name: "zPlus", shares: [{ terms: excitation }] });

/** αβ: excitation and inhibition apart, α − β = 1,
 *  R_j = Σ_i (α (a_j w_ij)⁺/Σ⁺ − β (a_j w_ij)⁻/Σ⁻) R_i. Use on lower convolutions. Bach et al. 2015. */
export function alphaBeta(alpha = 2, beta = alpha - 1): LinearRule {
  if (!(alpha >= 1 && beta >= 0 && Math.abs(alpha - beta - 1) < 1e-9))
    fail("option", `alphaBeta: got α = ${alpha}, β = ${beta}, expected α ≥ 1, β ≥ 0, α − β = 1`);
  return {
    name: "alphaBeta",
    shares: [
      { terms: excitation, fraction: alpha },
      { terms: inhibition, fraction: -beta },
    ],
  };
}

/** w²: R_j = Σ_i w_ij² / Σ_l w_il² · R_i, whatever the input. For first layers. Montavon et al. 2017. */
export const wSquare = (): LinearRule => ({
  name: "wSquare",
  shares: [{ terms: [{ input: one, weight: (w) => w * w, bias: zero }] }],
});

/** Flat: the same to every input of an output's field. For first layers, to see where rather than what.
 *  Lapuschkin et al. 2019. */
export const flat = (): LinearRule => ({
  name: "flat",
  shares: [{ terms: [{ input: one, weight: one, bias: zero }] }],
});

/** zᴮ, for inputs within [low, high]: R_j = Σ_i (a_j w_ij − low w_ij⁺ − high w_ij⁻) / Σ_l … · R_i. For first layers.
 *  Montavon et al. 2017. */
export const zBox = (low = 0, high = 1): LinearRule => ({
  name: "zBox",
  shares: [
    {
      terms: [
        {},
        { input: () => low, weight: positive, bias: positive, sign: -1 },
        { input: () => high, weight: negative, bias: negative, sign: -1 },
      ],
    },
  ],
});

/** |z|: R_j = Σ_i |a_j w_ij| / (Σ_l |a_l w_il| + |b_i|) · R_i: splits between inputs and bias without regard to sign.
 *  For batch norms that stay. Hui & Binder 2019. */
export const absolute = (): LinearRule => ({
  name: "absolute",
  shares: [{ terms: [{ input: Math.abs, weight: Math.abs, bias: Math.abs }] }],
});

/** Relevance goes through element by element. For activations. */
export const pass = (): Transport => ({ name: "pass", transport: "pass" });

/** Relevance follows the gradient. For max-pooling: the winner takes all; for a sum: both inputs get everything. */
export const alongGradient = (): Transport => ({ name: "alongGradient", transport: "gradient" });

/** All rules with their default settings: menus and tests read it. */
export const rules = {
  zero: zeroRule,
  epsilon,
  gamma,
  generalizedGamma,
  zPlus,
  alphaBeta,
  wSquare,
  flat,
  zBox,
  absolute,
  pass,
  alongGradient,
} as const satisfies Record<string, () => Rule>;

export type RuleName = keyof typeof rules;
