/** All that this package offers. */
export * from "./events.ts";
export type { ReporterOptions, Surroundings } from "./options.ts";
export { Reporter } from "./reporter.ts";
export type { Counts, Lost, LossReason, Refusal, Refused, Retry, Sent, ToldEvent } from "./told.ts";
