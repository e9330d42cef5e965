import type { Refusal } from "../../core/event.ts";
import type { FailureCode } from "../../core/failure.ts";
import { INTERNAL, type Problem, problemOf } from "./problems.ts";

/** What a problem's page tells. */
export interface ExplainedProblem extends Omit<Problem, "status"> {
  /** HTTP status; null for problems of single events, which are told inside a 200. */
  readonly status: number | null;
  readonly meaning: string;
  readonly remedy: string;
}

type Words = readonly [meaning: string, remedy: string];

const TOO_MANY: Words = [
  "This credential called more often than it may, or the statistics were asked to refresh more often than they can be.",
  "Wait for the seconds in retry-after; the reading at /v1/statistics is recent.",
];

const FAILURES: Readonly<Record<FailureCode, Words>> = {
  "account.exists": [
    "The name belongs to another account of this deployment; people log in by it, so it is the only one.",
    "Choose another name.",
  ],
  "account.locked": [
    "There were too many wrong passwords.",
    "Wait for the seconds in retry-after, then give the right password.",
  ],
  "account.missing": ["This workspace has no user of this id.", "See /v1/users for those there are."],
  "batch.busy": [
    "The same batch is being counted by another request.",
    "Send it again after the seconds in retry-after; it will not be counted twice.",
  ],
  "batch.malformed": [
    "The body is JSON, but not an array of events.",
    "Send an array of CloudEvents objects, or one object per line as application/x-ndjson.",
  ],
  "batch.mismatch": [
    "This batch id came before with another body. Nothing of this batch was counted.",
    "Give every batch an id of its own, and send a retry unchanged.",
  ],
  "batch.too-large": ["The batch holds more events than one request may.", "Send at most 10,000 events at a time."],
  "body.malformed": [
    "The body is not valid JSON in UTF-8, or not the compression that its header names.",
    "Repair the body at the position named.",
  ],
  "body.too-large": ["The body is over the limit of this route, on the wire or once unpacked.", "Send less at a time."],
  "body.unsupported-encoding": [
    "The body is compressed in a way that is not taken.",
    "Send it as it is, or with content-encoding: gzip.",
  ],
  "body.unsupported-type": ["This route takes bodies of other types.", "Send one of the types named, in UTF-8."],
  "channel.missing": [
    "No channel of the workspace has this id.",
    "List the channels with `GET /v1/channels`, and use an id from there.",
  ],
  "channel.too-many": [
    "The workspace has as many channels as it may have.",
    "Remove one that is not needed with `DELETE /v1/channels/{id}`, then add the new one.",
  ],
  "confirmation.missing": [
    "What was asked for can't be taken back, so it has to be asked for twice. Nothing was done.",
    "Send the same request with confirm and the id, as the detail says.",
  ],
  "credential.expired": ["The key or token was good once, and its time is over.", "Make a new one."],
  "credential.in-use": [
    "The key to be revoked is the one in use, and no other of this workspace has the scope admin.",
    "Make another key with the scope admin, and revoke this one with it.",
  ],
  "credential.missing": [
    "The request came without a key or token.",
    "Send authorization: Bearer followed by the key, or the key as x-api-key.",
  ],
  "credential.not-found": [
    "This workspace has no key or token of this id, or it has ended.",
    "See /v1/keys and /v1/tokens for those there are.",
  ],
  "credential.unknown": [
    "The key or token is not known, or was revoked.",
    "Check it for typing mistakes, or make a new one.",
  ],
  "directory.malformed": [
    "Some lines of the page are not what the list takes. Nothing of the page was kept: without them, entries that are there would be taken for removed.",
    "Repair the lines named, and send the page again.",
  ],
  "directory.mismatch": [
    "A page of this list came before with other content, or the pages do not go together with the commit. Nothing was changed.",
    "Send what the detail says is lacking, or begin a list under another id.",
  ],
  "directory.sync-missing": [
    "No list of this id is open: it was never begun, or more than a day ago.",
    "Begin a list with its first page, under an id that was not used in the last two days.",
  ],
  "events.unwanted": [
    "The workspace's numbers come from what its server reports of whole hours. Nothing of this was counted.",
    "Set the workspace's source to events, or stop sending them.",
  ],
  "hour.still-open": [
    "The hour is not over, or not closed yet; it has no snapshot.",
    "Ask again later, or read the statistics as of now at /v1/statistics.",
  ],
  "import.missing": ["There is no open import of this id.", "Open one, and use the id it was given."],
  "import.not-empty": [
    "Hours of this workspace are closed already, so its past can no longer be filled.",
    "Import into a new workspace.",
  ],
  "import.open": [
    "Another import of this workspace is open, and nothing closes while it is.",
    "Finish it, or abandon it.",
  ],
  "login.refused": [
    "The name and the password do not go together.",
    "Check both; an administrator can give the account another password.",
  ],
  "license.duplicate": ["This licence is applied to the workspace, and holds.", "Nothing is to be done."],
  "license.refused": [
    "The licence does not hold for this workspace at this time, or was not signed with a key that is registered here. The one before stays.",
    "The detail names each reason; ask whoever issued it for another.",
  ],
  "parameter.invalid": [
    "A parameter or a field of the body is not what this route takes.",
    "The detail names it, and what to send.",
  ],
  "password.weak": ["The password is easy to guess.", "Choose one of at least 12 characters, as the detail says."],
  "password.wrong": [
    "The current password is not the one given.",
    "Check it; an administrator can give the account another password.",
  ],
  "range.invalid": [
    "The two ends of the range do not go together, or not with whole hours.",
    "Give from before to, both on whole hours, within the limit named.",
  ],
  "rate.exceeded": TOO_MANY,
  "refresh.too-many": TOO_MANY,
  "report.malformed": [
    "The body is not what an IMKit server reports of an hour.",
    "Repair the field that the detail names.",
  ],
  "report.missing": [
    "No report of this id was made: its period may not be over, or its kind of report is not made.",
    "List the reports with `GET /v1/reports`; `tidemark report` makes one of any period.",
  ],
  "report.unwanted": [
    "The workspace counts events, or the hour is closed already. Nothing of the report was kept.",
    "Set the workspace's source to imkit, and let the server report right after each hour.",
  ],
  "reporter.missing": [
    "No event of this source was counted in the last 24 hours, and no numbered one before.",
    "Send events; a sequence begins with 0 or 1.",
  ],
  "route.method-not-allowed": ["The path is right, the method is not.", "Use one of the methods in the allow header."],
  "route.unknown": ["There is nothing at this path.", "Check the path."],
  "scope.missing": ["The credential is good, but not for this.", "Use a credential that has the scope named."],
  "sequence.gap": [
    "A reporter's batch starts above the number expected next, so something is missing. Nothing of this batch was counted.",
    "Send again from the number expected.",
  ],
  "snapshot.missing": [
    "There is no snapshot of this hour or revision: it lies before the first hour, or nobody observed it.",
    "See /v1/snapshots for those there are.",
  ],
  "store.busy": [
    "The store is busy, and the request was not carried out in full.",
    "Send the same request again after the seconds in retry-after.",
  ],
  "store.newer": [
    "A newer version has written to this workspace, and what it wrote is not known here. Nothing was changed.",
    "While a new version is being deployed, send the same request again; after a return to an old one, deploy the new one again.",
  ],
  "token.exists": ["The account has a token of this name.", "Choose another name, or revoke the token that has it."],
  "token.too-many": ["The account has as many tokens as it may.", "Revoke one that nobody uses."],
  "upstream.failed": [
    "The server that this workspace is read from did not tell what it was asked for; the detail says why.",
    "See GET /v1/workspace/source, mend the address or the credential, and try again.",
  ],
  "upstream.no-vault": [
    "A credential of another server is kept as it is, and this deployment has no safe place for it.",
    "Run Tidemark on a machine of your own to poll, or let the server send its events.",
  ],
  "upstream.not-polled": [
    "This workspace reads no server: its source is events, or no address is set.",
    "Set source and upstream with PATCH /v1/workspace first.",
  ],
  "workspace.exists": ["The id, or a name that goes with it, is taken.", "Choose another id."],
  "workspace.has-history": [
    "Hours of this workspace are closed already, and were counted another way.",
    "Make a new workspace for the other source.",
  ],
  "workspace.missing": ["There is no workspace of this id.", "Check the id."],
  "workspace.not-chosen": [
    "An operator's credential is good for every workspace, so the request has to name one.",
    "Name it in the header x-tidemark-workspace.",
  ],
  "workspace.paused": [
    "The workspace is paused: it takes nothing, and its hours are missing until it is resumed. Nothing of this was counted.",
    "Resume it with POST /v1/workspace/resume, then send the same again.",
  ],
};

const REFUSALS: Readonly<Record<Refusal["code"], readonly [title: string, ...Words]>> = {
  "event-forbidden": [
    "Event not allowed",
    "The credential may send events, but not of this type.",
    "Send it with an administrator's key.",
  ],
  "event-in-future": [
    "Event in the future",
    "The event's time is more than 5 minutes ahead.",
    "Check the sender's clock.",
  ],
  "event-malformed": [
    "Malformed event",
    "The event lacks something, or has something in the wrong form.",
    "The detail names it, and what to send.",
  ],
  "event-too-old": [
    "Event too old",
    "The event is more than 35 days old, or from before the workspace's first hour.",
    "Send it in an import.",
  ],
  "event-unknown-type": [
    "Unknown type of event",
    "The list of types is closed, and this one is not on it.",
    "Send one of the types named.",
  ],
};

/** Slugs of what single events are refused for. */
export const REFUSAL_SLUGS: readonly string[] = Object.keys(REFUSALS);

const internal: ExplainedProblem = {
  ...INTERNAL,
  meaning: "Something failed on our side.",
  remedy: "Try again; if it stays, give us the request id, which names it in our log.",
};

/** What a failure's code means, in a sentence. */
export const meaningOf = (code: FailureCode): string => FAILURES[code][0];

/** Every problem there is a page for, by slug. */
export const PROBLEMS: ReadonlyMap<string, ExplainedProblem> = new Map(
  [
    ...Object.entries(FAILURES).map(([code, [meaning, remedy]]) => ({
      ...problemOf(code as FailureCode),
      meaning,
      remedy,
    })),
    ...Object.entries(REFUSALS).map(([slug, [title, meaning, remedy]]) => ({
      slug,
      status: null,
      title,
      meaning,
      remedy,
    })),
    internal,
  ].map((row) => [row.slug, row]),
);

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? "");

/** The page that explains a problem: plain HTML without styles or scripts. */
export const problemPage = ({ slug, status, title, meaning, remedy }: ExplainedProblem): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)} (${escaped(slug)})</title>
<h1>${escaped(title)}</h1>
<p><code>${escaped(slug)}</code>${status === null ? ", told about single events of a batch" : `, HTTP status ${status}`}</p>
<p>${escaped(meaning)}</p>
<p><strong>What to do:</strong> ${escaped(remedy)}</p>
</html>
`;
