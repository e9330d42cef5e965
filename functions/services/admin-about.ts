import { Failure } from "../core/failure.ts";
import { definitionsBody } from "../dialects/v1/definitions.ts";
import { jsonAnswer } from "../edge/answer.ts";
import type { Parts } from "../tasks/parts.ts";
import type { AdminOperations } from "./v1-asked.ts";
import { baseUrlOf } from "./base-url.ts";

const HOUR_OF_CACHE = { "cache-control": "public, max-age=3600" } as const;

/** What the API tells everybody about itself. What is read once is loaded late, so that nobody else waits for it. */
export const aboutOperations = (
  _parts: Parts,
): Pick<AdminOperations, "readDefinitions" | "explainProblem" | "describeApi" | "readDocs"> => ({
  readDefinitions: () => jsonAnswer(definitionsBody(), HOUR_OF_CACHE),
  explainProblem: async (request) => {
    const { problemPage, PROBLEMS } = await import("../dialects/v1/problem-pages.ts");
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
  describeApi: async ({ headers }) => (await import("./api-pages.ts")).descriptionAnswer(baseUrlOf(headers)),
  readDocs: async ({ headers }) => (await import("./api-pages.ts")).docsAnswer(baseUrlOf(headers)),
});
