/** Losses, optimisers, and the training loop. */
export * from "./optimiser.js";
export * as schedule from "./schedule.js";
export { type Schedule, type ScheduleName, schedules } from "./schedule.js";
export * from "./trainer.js";
export * from "./fit.js";
export * from "./freeze.js";
export * from "./checkpoint.js";
export * from "./evaluate.js";
export * from "./recalibrate.js";
