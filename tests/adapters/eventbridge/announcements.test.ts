import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { eventBridgeAnnouncements } from "../../../functions/adapters/eventbridge/announcements.ts";
import type { Announcement } from "../../../functions/core/announcement.ts";

const client = new EventBridgeClient({ region: "us-east-1" });
const sent = mockClient(client);
const pauses: number[] = [];
const bus = eventBridgeAnnouncements({
  client,
  name: "default",
  pause: async (attempt) => {
    pauses.push(attempt);
  },
});

const announcement = (publication: number): Announcement => ({
  id: `acme/${publication}`,
  workspace: "acme",
  hour: "2026-11-21T09",
  revision: 0,
  status: "complete",
  publication,
  anomalies: [],
});
const some = (count: number): readonly Announcement[] => Array.from({ length: count }, (_, at) => announcement(at + 1));

/** Ids of what was put, request by request. */
const put = (): readonly (readonly string[])[] =>
  sent
    .commandCalls(PutEventsCommand)
    .map(({ args: [{ input }] }) =>
      (input.Entries ?? []).map(({ Detail }) => (JSON.parse(Detail ?? "{}") as { id: string }).id),
    );

beforeEach(() => {
  sent.reset();
  pauses.length = 0;
});

describe("announcements on EventBridge", () => {
  it("tell of the document, where it lies, and from whom they are", async () => {
    sent.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] });
    await bus.announce(some(1));
    const [call] = sent.commandCalls(PutEventsCommand);
    expect(call?.args[0].input.Entries).toEqual([
      {
        EventBusName: "default",
        Source: "tidemark",
        DetailType: "SnapshotPublished",
        Detail: JSON.stringify({
          id: "acme/1",
          workspace: "acme",
          hour: "2026-11-21T09",
          revision: 0,
          status: "complete",
          publication: 1,
          archiveKey: "workspace=acme/date=2026-11-21/hour=09/statistics.json",
          anomalies: [],
        }),
      },
    ]);
  });

  it("are put ten at a time", async () => {
    sent.on(PutEventsCommand).callsFake((input: { Entries: object[] }) => ({ Entries: input.Entries.map(() => ({})) }));
    await bus.announce(some(23));
    expect(put().map((request) => request.length)).toEqual([10, 10, 3]);
    expect(new Set(put().flat()).size).toBe(23);
  });

  it("are put again one by one where the bus did not take them", async () => {
    sent
      .on(PutEventsCommand)
      .resolvesOnce({ FailedEntryCount: 1, Entries: [{}, { ErrorCode: "ThrottlingException" }, {}] })
      .resolvesOnce({ FailedEntryCount: 0, Entries: [{}] });
    await bus.announce(some(3));
    expect(put()).toEqual([["acme/1", "acme/2", "acme/3"], ["acme/2"]]);
    expect(pauses).toEqual([1]);
  });

  it("fail by name when one is not taken at last, so that nothing is followed past it", async () => {
    sent
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: "InternalFailure", ErrorMessage: "no" }] });
    await expect(bus.announce(some(1))).rejects.toThrow("the event bus does not take an event: InternalFailure no");
    expect(put()).toHaveLength(5);
  });
});
