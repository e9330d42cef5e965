import { jsonAnswer } from "../edge/answer.ts";
import type { Parts } from "../tasks/parts.ts";
import type { V1Operations } from "./serve-v1.ts";
import { UNKEPT } from "./v1-asked.ts";

/** How complete the history is, and how the service is. */
export const healthOperations = (_parts: Parts): Pick<V1Operations, "checkHealth"> => ({
  checkHealth: () => jsonAnswer(JSON.stringify({ status: "ok" }), UNKEPT),
});
