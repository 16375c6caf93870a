/** What was compared: the network, the data, the arms, the training. */
import type { Block, ReportData, TrainingFacts } from "../../src/report/report-data.js";
import { layersLabel, whole } from "../../src/report/words/index.js";
import { Heading, Swatch } from "../kit/badges.js";
import type { Messages } from "../messages/table.js";
import { useMessages, useView } from "../view.js";

export function Setup() {
  const { data, text } = useView();
  const m = useMessages().setup;
  const { dataset, model } = data.setup;
  return (
    <>
      <Heading id="setup" title={m.title}>
        {m.intro}
      </Heading>
      <figure>
        <ol class="network" aria-label={m.network(model.name)}>
          <li class="block io">
            <b>{m.image}</b>
            <small>{dataset.shape.join("×")}</small>
          </li>
          {model.blocks.map((block) => (
            <NetworkBlock key={block.id} block={block} />
          ))}
          <li class="block io">
            <b>{m.class}</b>
            <small>{m.classes(dataset.classes.length)}</small>
          </li>
        </ol>
        <figcaption>{m.caption(model.name, text(model.title))}</figcaption>
      </figure>
      <div class="facts">
        <Compared />
        <dl>
          {trainingRows(data.setup.training, m).map(([term, value]) => (
            <div key={term} class="row">
              <dt>{term}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  );
}

/** Data, classes, arms, seeds. */
function Compared() {
  const { data, text } = useView();
  const m = useMessages().setup;
  const { dataset, arms, seeds } = data.setup;
  const [C, H, W] = dataset.shape;
  return (
    <dl>
      <dt>{m.data}</dt>
      <dd>
        <strong>{dataset.name}</strong>
        {m.comma}
        {m.dataset(whole(dataset.train), whole(dataset.validation), H, W, C)}
      </dd>
      <dt>{m.classesTerm}</dt>
      <dd>{classWords(dataset.classes, m)}</dd>
      <dt>{m.arms}</dt>
      <dd>
        <ul class="plain-list">
          {arms.map((arm) => (
            <li key={arm.name}>
              <Swatch arm={arm.name} />
              <strong>{arm.name}</strong>: {text(arm.title)}
              {arm.baseline && `${m.comma}${m.baseline}`}
              {m.comma}
              {m.parameters(whole(arm.parameters))}
            </li>
          ))}
        </ul>
      </dd>
      <dt>{m.seeds}</dt>
      <dd>{seedWords(seeds, m)}</dd>
    </dl>
  );
}

function NetworkBlock({ block }: { block: Block }) {
  const { language, numbers } = useView();
  const m = useMessages().setup;
  const [first] = block.layers;
  return (
    <li class={`block ${first.kind} ${block.only ? "only" : ""}`}>
      <b>{layersLabel(language, block.layers)}</b>
      <small>
        {block.shape}
        {block.parameters > 0 && ` · ${m.parameters(whole(block.parameters))}`}
      </small>
      {block.shortcut !== undefined && <small>{m.shortcut(block.shortcut)}</small>}
      {block.only && <em>{m.only(numbers.list(block.only))}</em>}
    </li>
  );
}

type Words = Messages["setup"];

const optimisers: Readonly<Record<string, string>> = { adam: "Adam", adamw: "AdamW", sgd: "SGD" };

function trainingRows(facts: TrainingFacts, m: Words): [string, string][] {
  const { name, learningRate, momentum, nesterov = false, weightDecay } = facts.optimiser;
  const optimiser = [
    Object.hasOwn(optimisers, name) ? optimisers[name] : name,
    m.learningRate(learningRate),
    ...(momentum === undefined ? [] : [m.momentum(momentum, nesterov)]),
    ...(weightDecay === undefined ? [] : [m.weightDecay(weightDecay)]),
  ];
  return [
    [m.epochs, `${facts.epochs}`],
    [m.batch, m.batchImages(facts.batchSize)],
    [m.optimiser, optimiser.join(m.comma)],
    [m.explained, m.explainedImages(facts.explained)],
    ...(facts.statistics
      ? [[m.statistics, m.statisticsOf[facts.statistics]] as [string, string]]
      : []),
  ];
}

const classWords = (classes: readonly string[], m: Words): string =>
  classes.length <= 20 ? classes.join(m.comma) : [...classes.slice(0, 20), m.more].join(m.comma);

/** "0 to 9" for a run, else the numbers. */
function seedWords(seeds: ReportData["setup"]["seeds"], m: Words): string {
  const [first] = seeds;
  const last = seeds.at(-1);
  const isRun = seeds.length > 2 && seeds.every((seed, i) => seed === first + i);
  return isRun && last !== undefined
    ? m.seedRun(seeds.length, first, last)
    : m.seedList(seeds.length, seeds.join(m.comma));
}
