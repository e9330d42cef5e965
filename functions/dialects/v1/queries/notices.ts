import { CURSOR, LIMIT, type Parameter } from "../parameters.ts";
import { invalid, only, whole } from "../query.ts";
import { type PageQuery, placeOf } from "./workspaces.ts";

const FORMS = ["html", "csv", "json"] as const;

const FORM = {
  name: "format",
  in: "query",
  description: "Form of the report; without it, what `accept` asks for, and else the page.",
  schema: { type: "string", enum: FORMS },
  example: "csv",
} as const satisfies Parameter;

/** What the operations about reports and deliveries take. */
export const NOTICE_QUERIES = {
  listDeliveries: [LIMIT, CURSOR],
  listReports: [LIMIT, CURSOR],
  readReport: [FORM],
} as const satisfies Readonly<Record<string, readonly Parameter[]>>;

const PLACE = /^[\w.:#T-]{1,120}$/;

/**
 * Reads `limit` and `cursor` of a list.
 * @throws Failure `parameter.invalid`.
 */
export const noticePageQuery = (query: URLSearchParams): PageQuery => ({
  limit: whole(query, LIMIT) ?? LIMIT.schema.default,
  after: placeOf(query, PLACE),
});

const ACCEPTED = [
  ["text/html", "html"],
  ["text/csv", "csv"],
  ["application/json", "json"],
] as const;

/**
 * Reads which form of a report is wanted: `format`, or else the first that `accept` names.
 * @throws Failure `parameter.invalid`.
 */
export const formQuery = (query: URLSearchParams, accept: string | undefined): (typeof FORMS)[number] => {
  const asked = only(query, FORM.name);
  const form = FORMS.find((one) => one === asked);
  if (form !== undefined) return form;
  if (asked !== undefined) throw invalid(FORM.name, `format is not one of ${FORMS.join(", ")}.`);
  const named = (accept ?? "").split(",").map((one) => one.split(";")[0]?.trim());
  return ACCEPTED.find(([type]) => named.includes(type))?.[1] ?? "html";
};
