/** All messages of the page. Each section has a file of its own; what English has, Chinese must have. */

import type { Language } from "../../src/report/words/index.js";
import { answer } from "./answer.js";
import { claims } from "./claims.js";
import { effects } from "./effects.js";
import { list } from "./list.js";
import { maps } from "./maps.js";
import { microscope } from "./microscope.js";
import { page } from "./page.js";
import { probes } from "./probes.js";
import { problem } from "./problem.js";
import { remedies } from "./remedies.js";
import { repeat } from "./repeat.js";
import { setup } from "./setup.js";
import { sure } from "./sure.js";
import { training } from "./training.js";
import { units } from "./units.js";

const of = (language: Language) => ({
  page: page[language],
  problem: problem[language],
  list: list[language],
  answer: answer[language],
  setup: setup[language],
  claims: claims[language],
  effects: effects[language],
  training: training[language],
  probes: probes[language],
  maps: maps[language],
  units: units[language],
  microscope: microscope[language],
  remedies: remedies[language],
  sure: sure[language],
  repeat: repeat[language],
});

export type Messages = ReturnType<typeof of>;

export const messages: Readonly<Record<Language, Messages>> = { en: of("en"), zh: of("zh") };
