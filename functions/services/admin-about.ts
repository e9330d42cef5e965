import { Failure } from "../core/failure.ts";
import { problemPage } from "../dialects/v1/body.ts";
import { definitionsBody } from "../dialects/v1/definitions.ts";
import { PROBLEMS } from "../dialects/v1/problems.ts";
import { jsonAnswer } from "../edge/answer.ts";
import type { Parts } from "../tasks/parts.ts";
import type { AdminOperations } from "./v1-asked.ts";
import { baseUrlOf } from "./base-url.ts";

const HOUR_OF_CACHE = { "cache-control": "public, max-age=3600" } as const;

/** What the API tells everybody about itself. */
export const aboutOperations = (
  _parts: Parts,
): Pick<AdminOperations, "readDefinitions" | "explainProblem" | "describeApi" | "readDocs"> => ({
  readDefinitions: () => jsonAnswer(definitionsBody(), HOUR_OF_CACHE),
  explainProblem: (request) => {
    const problem = PROBLEMS.get(request.path["slug"] ?? "");
    if (problem === undefined) throw new Failure("route.unknown", "There is no problem of this name.");
    return {
      status: 200,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "default-src 'none'",
        ...HOUR_OF_CACHE,
      },
      body: problemPage(problem),
    };
  },
  // Loaded late: who administers should not wait for what is read once.
  describeApi: async ({ headers }) => (await import("./api-pages.ts")).descriptionAnswer(baseUrlOf(headers)),
  readDocs: async ({ headers }) => (await import("./api-pages.ts")).docsAnswer(baseUrlOf(headers)),
});
