import { Failure } from "../core/failure.ts";
import { NEW_PLAN } from "../core/report-plan.ts";
import { reportNamed } from "../core/report-period.ts";
import { channelsBody, deliveriesBody, newChannelBody, reportsBody } from "../dialects/v1/bodies/notices.ts";
import { formQuery, noticePageQuery } from "../dialects/v1/queries/notices.ts";
import { newChannelOf, reportScheduleOf } from "../dialects/v1/requests/channels.ts";
import { etagOf, jsonAnswer } from "../edge/answer.ts";
import { jsonOf } from "../edge/json-body.ts";
import { addChannel, removeChannel, testChannel } from "../tasks/manage-channels.ts";
import { nameOf } from "../tasks/note-act.ts";
import type { Parts } from "../tasks/parts.ts";
import { mustMayAllow } from "./allow-private.ts";
import { type AdminOperations, CREATED, inWorkspace, NO_CONTENT, UNKEPT } from "./v1-asked.ts";

const TYPES = { html: "text/html; charset=utf-8", csv: "text/csv; charset=utf-8", json: "application/json" } as const;
/** What is read in a browser may do nothing there. */
const HARMLESS = { "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox" } as const;
const ACT_CHARACTERS = 17;

const unable =
  ({ senders }: Parts) =>
  (kind: keyof Parts["senders"]): string | undefined =>
    senders[kind].unable;

const channelOperations = (
  parts: Parts,
): Pick<AdminOperations, "listChannels" | "addChannel" | "removeChannel" | "testChannel" | "listDeliveries"> => ({
  listChannels: inWorkspace(async ({ workspace }) =>
    jsonAnswer(channelsBody(await parts.channels.list(workspace.id), unable(parts)), UNKEPT),
  ),
  addChannel: inWorkspace(async ({ workspace, caller, body }) => {
    const given = newChannelOf(jsonOf(body.bytes));
    if (given.target.kind === "webhook") mustMayAllow(caller, { allowPrivate: given.target.allowPrivate });
    const { channel, secret } = await addChannel(parts)(workspace.id, caller.credential, given);
    return jsonAnswer(newChannelBody(channel, unable(parts), secret), UNKEPT, CREATED);
  }),
  removeChannel: inWorkspace(async ({ request, workspace, caller }) => {
    await removeChannel(parts)(workspace.id, caller.credential, request.path["id"] ?? "");
    return { status: NO_CONTENT, headers: UNKEPT };
  }),
  testChannel: inWorkspace(async ({ request, workspace, caller }) => {
    const sent = await testChannel(parts)(workspace, caller.credential, request.path["id"] ?? "");
    return jsonAnswer(JSON.stringify(sent.isTaken ? { ok: true, why: null } : { ok: false, why: sent.why }), UNKEPT);
  }),
  listDeliveries: inWorkspace(async ({ request, workspace }) => {
    const page = noticePageQuery(request.query);
    // Those on their way come with the first page.
    const pending = page.after === undefined ? await parts.outbox.pending(workspace.id) : [];
    return jsonAnswer(deliveriesBody(pending, await parts.outbox.finished(workspace.id, page)), UNKEPT);
  }),
});

const reportOperations = (
  parts: Parts,
): Pick<AdminOperations, "listReports" | "readReport" | "readReportSchedule" | "changeReportSchedule"> => ({
  listReports: inWorkspace(async ({ request, workspace }) => {
    const { records, next } = await parts.reportRecords.list(workspace.id, noticePageQuery(request.query));
    return jsonAnswer(reportsBody(records, next));
  }),
  readReport: inWorkspace(async ({ request, workspace }) => {
    const form = formQuery(request.query, request.headers["accept"]);
    const report = reportNamed(request.path["id"] ?? "");
    // The record is noted last: without it the files may not be whole.
    const isMade = report !== undefined && (await parts.reportRecords.find(workspace.id, report)) !== undefined;
    const bytes = isMade ? await parts.reportFiles.read(workspace.id, report, form) : undefined;
    if (bytes === undefined) throw new Failure("report.missing", "There is no report of this id.");
    const text = Buffer.from(bytes).toString();
    return {
      status: 200,
      headers: {
        "content-type": TYPES[form],
        etag: etagOf(text),
        vary: "accept",
        ...(form === "html" ? HARMLESS : {}),
      },
      body: text,
    };
  }),
  readReportSchedule: inWorkspace(async ({ workspace }) => {
    const { kinds } = (await parts.reportRecords.plan(workspace.id)) ?? NEW_PLAN;
    return jsonAnswer(JSON.stringify(kinds), UNKEPT);
  }),
  changeReportSchedule: inWorkspace(async ({ workspace, caller, body }) => {
    const kinds = reportScheduleOf(jsonOf(body.bytes));
    await parts.reportRecords.changePlan(workspace.id, (plan) => ({ ...plan, kinds }), {
      workspace: workspace.id,
      id: parts.secret(ACT_CHARACTERS),
      at: parts.clock(),
      by: nameOf(caller.credential),
      action: "reports.scheduled",
      details: kinds,
    });
    return jsonAnswer(JSON.stringify(kinds), UNKEPT);
  }),
});

/** Where notices go, what became of them, and the reports that many of them are about. */
export const noticeOperations = (
  parts: Parts,
): ReturnType<typeof channelOperations> & ReturnType<typeof reportOperations> => ({
  ...channelOperations(parts),
  ...reportOperations(parts),
});
