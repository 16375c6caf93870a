/** The seed network's first step on generated images. */
import { fit, glyphs, initialise, random, zoo } from "../../dist/browser.js";

const dataset = glyphs({ train: 64, validation: 16, seed: 1 });
const model = initialise(zoo.seed({ norm: "batch", inputShape: [1, 28, 28] }), random(1));
const { value } = await fit(model, dataset, { epochs: 1 }).next();
postMessage(value.loss);
