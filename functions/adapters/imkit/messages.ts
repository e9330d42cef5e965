import { isFields, type Fields } from "../../core/fields.ts";
import { isoOf } from "../../core/instant.ts";
import { parsedJson } from "../../core/upstream-answer.ts";
import type { Ask } from "../../ports/outbound.ts";
import type { CountMessages } from "../../ports/upstreams.ts";

const MOST_BYTES = 1_000_000;
const OK = 200;

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** How many messages an answer says there are, of all that its one page is from. */
const totalIn = (body: unknown): number | undefined => {
  const { RC: code = 0, result } = fieldsOf(body);
  const { totalCount } = fieldsOf(result);
  return code === 0 && Number.isSafeInteger(totalCount) && Number(totalCount) >= 0 ? Number(totalCount) : undefined;
};

/**
 * Asks an IMKit app how many messages its listing holds from a time on and before another: `GET /admin/messages` with
 * `startDate` and `endDate`, which its older documents have and its newer ones leave out. The one message that comes
 * along is not looked at.
 */
export const countImkitMessages =
  (ask: Ask): CountMessages =>
  async ({ url, allowPrivate }, credential, { start, end }) => {
    if (credential.kind !== "imkit") return undefined;
    const listing = new URL(`${url}/admin/messages`);
    listing.search = new URLSearchParams({ startDate: isoOf(start), endDate: isoOf(end), limit: "1" }).toString();
    const reply = await ask({
      url: listing,
      headers: { "im-api-key": credential.apiKey },
      isNeighbour: allowPrivate,
      maxBytes: MOST_BYTES,
    });
    return "none" in reply || reply.status !== OK ? undefined : totalIn(parsedJson(reply.body));
  };
