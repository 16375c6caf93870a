/** The sections of the report in reading order. Adding one: a file with its body, a file with its messages, a line here. */
import type { ComponentType } from "preact";
import type { ReportData } from "../../src/report/report-data.js";
import type { Messages } from "../messages/table.js";
import { Answer } from "./answer.js";
import { Claims } from "./claims.js";
import { Effects } from "./effects.js";
import { Maps } from "./maps.js";
import { Microscope } from "./microscope.js";
import { Probes } from "./probes.js";
import { Remedies } from "./remedies.js";
import { Repeat } from "./repeat.js";
import { Setup } from "./setup.js";
import { Sure } from "./sure.js";
import { Training } from "./training.js";
import { Units } from "./units.js";

export interface Section {
  /** Its place in the address, and the key of its messages. */
  readonly id: Exclude<keyof Messages, "page" | "problem" | "list">;
  readonly Body: ComponentType;
  /** Whether the data has anything for it; always if absent. */
  readonly shows?: (data: ReportData) => boolean;
}

export const sections: readonly Section[] = [
  { id: "answer", Body: Answer },
  { id: "setup", Body: Setup },
  { id: "claims", Body: Claims },
  { id: "effects", Body: Effects },
  { id: "training", Body: Training },
  { id: "probes", Body: Probes, shows: ({ probes }) => probes !== undefined },
  { id: "maps", Body: Maps },
  { id: "units", Body: Units, shows: ({ units }) => units !== undefined },
  { id: "microscope", Body: Microscope, shows: ({ microscopes }) => microscopes.length > 0 },
  { id: "remedies", Body: Remedies, shows: ({ remedies }) => remedies.length > 0 },
  { id: "sure", Body: Sure },
  { id: "repeat", Body: Repeat },
];
