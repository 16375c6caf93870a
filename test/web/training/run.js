/** The training run that Node and browser repeat: its weights' and its records' hash. Uses the built library. */
import { fit, glyphs, initialise, modelHash, random, zoo } from "../../../dist/browser.js";

export async function run({ network, norm, threads }) {
  const dataset = glyphs({ train: 200, validation: 40, seed: 3 });
  const model = initialise(zoo[network]({ norm, inputShape: [1, 28, 28] }), random(7));
  const losses = [];
  const training = fit(model, dataset, { epochs: 2, batchSize: 24, seed: 7, threads });
  for (;;) {
    const { done, value } = await training.next();
    if (!done) losses.push(value.kind === "step" ? value.loss : value.validation.loss);
    else
      return {
        hash: modelHash(value.model),
        losses,
        isolated: globalThis.crossOriginIsolated ?? true,
      };
  }
}
