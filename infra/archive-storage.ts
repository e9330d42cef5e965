import type { Node } from "constructs";

/** How long documents stay as they were put; in days since they were, nothing for for good. */
export interface ArchiveStorage {
  readonly infrequentAfterDays?: number | undefined;
  readonly glacierAfterDays?: number | undefined;
  readonly documentsDays?: number | undefined;
  readonly supersededDays?: number | undefined;
}

/** S3 moves nothing to Standard-IA sooner. */
const LEAST_DAYS = 30;

const daysIn = (node: Node, name: string, least: number): number | undefined => {
  const given = node.tryGetContext(name) as string | number | undefined;
  if (given === undefined) return undefined;
  const days = Number(given);
  if (!Number.isSafeInteger(days) || days < least)
    throw new Error(`The context value ${name} is no whole number of days from ${least} on: ${given}.`);
  return days;
};

/**
 * What whoever deploys says about the archive, as `-c archiveInfrequentAfterDays=…` and the like or in
 * `cdk.context.json`. Nothing said keeps everything in S3 Standard, for good.
 * @throws an Error at values that make no sense.
 */
export const archiveStorageIn = (node: Node): ArchiveStorage => {
  const infrequentAfterDays = daysIn(node, "archiveInfrequentAfterDays", LEAST_DAYS);
  const glacierAfterDays = daysIn(node, "archiveGlacierAfterDays", 1);
  if (infrequentAfterDays !== undefined && glacierAfterDays !== undefined)
    if (glacierAfterDays < infrequentAfterDays + LEAST_DAYS)
      throw new Error(`archiveGlacierAfterDays has to be ${LEAST_DAYS} days or more after archiveInfrequentAfterDays.`);
  return {
    infrequentAfterDays,
    glacierAfterDays,
    documentsDays: daysIn(node, "archiveDocumentsDays", 1),
    supersededDays: daysIn(node, "archiveSupersededDays", 1),
  };
};
