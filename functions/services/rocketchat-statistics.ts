import { statisticsBody } from "../dialects/rocketchat/body.ts";
import { asksForRefresh } from "../dialects/rocketchat/query.ts";
import { jsonAnswer } from "../edge/answer.ts";
import type { Parts } from "../tasks/parts.ts";
import { type LatestDocument, readLatest } from "../tasks/read-statistics.ts";
import { refreshStatistics } from "../tasks/refresh-statistics.ts";
import { asUser } from "./rocketchat-caller.ts";
import type { RocketchatOperations } from "./serve-rocketchat.ts";

const MS = 1_000;

/** Statistics and instances as Rocket.Chat's clients read them. */
export const statisticsOperations = (parts: Parts): Pick<RocketchatOperations, "readStatistics"> => {
  const ageOf = ({ takenAt }: LatestDocument): string =>
    String(Math.max(Math.floor((parts.clock() - takenAt) / MS), 0));
  return {
    readStatistics: asUser(async ({ query }, { workspace }) => {
      if (!asksForRefresh(query)) {
        const latest = await readLatest(parts)(workspace);
        return jsonAnswer(statisticsBody(latest.document, workspace.rocketchat.shape), {
          "x-statistics-age": ageOf(latest),
        });
      }
      const refreshed = await refreshStatistics(parts)(workspace);
      return jsonAnswer(statisticsBody(refreshed.document, workspace.rocketchat.shape), {
        "x-refresh-status": refreshed.state,
        "x-statistics-age": ageOf(refreshed),
      });
    }),
  };
};
