/** Adam on plain arrays, with ε where Keras has it: p −= rate·√(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + ε). */
export function adam({ learningRate, epsilon }) {
  const moments = new Map();
  let t = 0;
  return {
    begin: () => t++,
    update(name, p, g) {
      if (!moments.has(name))
        moments.set(name, [new Float32Array(p.length), new Float32Array(p.length)]);
      const [m, v] = moments.get(name);
      const rate = (learningRate * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
      const [d1, d2] = [1 - 0.9, 1 - 0.999];
      for (let i = 0; i < p.length; i++) {
        m[i] += d1 * (g[i] - m[i]);
        v[i] += d2 * (g[i] * g[i] - v[i]);
        p[i] -= (rate * m[i]) / (Math.sqrt(v[i]) + epsilon);
      }
    },
  };
}
