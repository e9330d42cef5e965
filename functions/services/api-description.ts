import { IMKIT } from "../dialects/imkit/openapi.ts";
import { ROCKETCHAT } from "../dialects/rocketchat/openapi/dialect.ts";
import { V1 } from "../dialects/v1/openapi/dialect.ts";
import type { ApiDescription } from "./path-description.ts";
import { describeApi } from "./describe-api.ts";

/** Every dialect that describes itself. */
export const DIALECTS = [V1, ROCKETCHAT, IMKIT] as const;

const INFO = {
  version: "1",
  description:
    "Tidemark takes an exact, hourly reading of how a chat workspace is used and keeps every reading. Servers send events; clients read the latest, a fresh or any past reading, in our own dialect or in the words that Rocket.Chat and IMKit clients speak.\n\nTimes are ISO 8601 in UTC, ranges half-open. A value that is not known is null, never 0. The credential decides the workspace.",
} as const;

/** The description of the whole API, for the address that the caller reached us at. */
export const apiDescription = (baseUrl: string | null): ApiDescription => describeApi(DIALECTS, baseUrl, INFO);
