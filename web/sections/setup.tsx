/** What was compared: the network, the data, the arms, the training. */
import type { Block } from "../../src/report/report-data.js";
import { list, plural, whole } from "../format.js";
import { Heading } from "../parts.js";
import { useView } from "../view.js";

export function Setup() {
  const { data, colour } = useView();
  const { dataset, model, arms, seeds, training } = data.setup;
  const [C, H, W] = dataset.shape;
  return (
    <>
      <Heading id="setup" title="What was compared">
        The same network, data, order of batches and starting weights in every arm; only the
        normalisation differs. Each seed drives a pair of trainings, and arms are compared within
        pairs.
      </Heading>
      <figure>
        <ol class="network" aria-label={`The network ${model.name}, block by block`}>
          <li class="block io">
            <b>image</b>
            <small>{dataset.shape.join("×")}</small>
          </li>
          {model.blocks.map((block) => (
            <NetworkBlock key={block.id} block={block} />
          ))}
          <li class="block io">
            <b>class</b>
            <small>{plural(dataset.classes.length, "class").replace("classs", "classes")}</small>
          </li>
        </ol>
        <figcaption>
          The network “{model.name}”: {model.title}. Outlined blocks exist only in the arms they
          name.
        </figcaption>
      </figure>
      <div class="facts">
        <dl>
          <dt>Data</dt>
          <dd>
            <strong>{dataset.name}</strong>, {plural(dataset.train, "image")} for training and{" "}
            {whole(dataset.validation)} for validation, {H}×{W} pixels,{" "}
            {C === 1 ? "grey" : plural(C, "channel")}
          </dd>
          <dt>Classes</dt>
          <dd>{classWords(dataset.classes)}</dd>
          <dt>Arms</dt>
          <dd>
            <ul class="plain-list">
              {arms.map((arm) => (
                <li key={arm.name}>
                  <span class="swatch" style={{ background: colour(arm.name) }} />
                  <strong>{arm.name}</strong>: {arm.title}
                  {arm.baseline && ", the baseline"}; {plural(arm.parameters, "parameter")}
                </li>
              ))}
            </ul>
          </dd>
          <dt>Seeds</dt>
          <dd>
            {seeds.length} ({seedWords(seeds)})
          </dd>
        </dl>
        <dl>
          {training.map(([name, value]) => (
            <div key={name} class="row">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  );
}

function NetworkBlock({ block }: { block: Block }) {
  return (
    <li class={`block ${block.kind} ${block.only ? "only" : ""}`}>
      <b>{block.label}</b>
      <small>
        {block.shape}
        {block.parameters > 0 && ` · ${plural(block.parameters, "parameter")}`}
      </small>
      {block.shortcut !== undefined && <small>shortcut from {block.shortcut}</small>}
      {block.only && <em>only in {list(block.only)}</em>}
    </li>
  );
}

const classWords = (classes: readonly string[]): string =>
  classes.length <= 20 ? classes.join(", ") : `${classes.slice(0, 20).join(", ")}, …`;

/** "0 to 9" for a run, else the numbers. */
function seedWords(seeds: readonly number[]): string {
  const run = seeds.every((seed, i) => seed === seeds[0] + i);
  return run && seeds.length > 2 ? `${seeds[0]} to ${seeds.at(-1)}` : seeds.join(", ");
}
