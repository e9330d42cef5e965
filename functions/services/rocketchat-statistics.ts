import { statisticsBody } from "../dialects/rocketchat/body.ts";
import { asksForRefresh } from "../dialects/rocketchat/query.ts";
import { jsonAnswer } from "../edge/answer.ts";
import type { Parts } from "../tasks/parts.ts";
import { type LatestDocument, readLatest } from "../tasks/read-latest.ts";
import { asUser, type RocketchatOperations } from "./rocketchat-caller.ts";

const MS = 1_000;

const readOperation = (parts: Parts): RocketchatOperations["readStatistics"] => {
  const ageOf = ({ takenAt }: LatestDocument): string =>
    String(Math.max(Math.floor((parts.clock() - takenAt) / MS), 0));
  return asUser(async ({ query }, { workspace }) => {
    if (!asksForRefresh(query)) {
      const latest = await readLatest(parts)(workspace);
      return jsonAnswer(statisticsBody(latest.document, workspace.rocketchat.shape), {
        "x-statistics-age": ageOf(latest),
      });
    }
    // Loaded late, as most only read.
    const { refreshStatistics } = await import("../tasks/refresh-statistics.ts");
    const refreshed = await refreshStatistics(parts)(workspace);
    return jsonAnswer(statisticsBody(refreshed.document, workspace.rocketchat.shape), {
      "x-refresh-status": refreshed.state,
      "x-statistics-age": ageOf(refreshed),
    });
  });
};

/** The latest statistics, as Rocket.Chat's clients read them. */
export const statisticsOperations = (parts: Parts): Pick<RocketchatOperations, "readStatistics"> => ({
  readStatistics: readOperation(parts),
});
