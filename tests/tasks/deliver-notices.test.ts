import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Channel, Target } from "../../functions/core/channel.ts";
import { ATTEMPTS, LEASE_MS } from "../../functions/core/delivery.ts";
import type { Notice } from "../../functions/core/notice.ts";
import type { Message, Send, Sent } from "../../functions/ports/delivering.ts";
import { deliverNotices } from "../../functions/tasks/deliver-notices.ts";
import type { Parts } from "../../functions/tasks/parts.ts";
import { diagnoseWorkspace } from "../../functions/tasks/diagnose-workspace.ts";
import { postNotices } from "../../functions/tasks/post-notices.ts";
import { readHealth } from "../../functions/tasks/read-health.ts";
import { befallen, Mischance } from "../support/mishaps.ts";
import { openScene, type Scene } from "../support/scene.ts";

const NOW = Date.parse("2026-11-21T09:08:00Z");
const DAY = 86_400_000;

const NOTICE: Notice = {
  id: "alert/messages.sent/2026-11-21T08",
  topic: "alert",
  at: NOW,
  title: "Messages are up",
  lines: ["Twice as many as usual."],
  data: { statistic: "messages.sent" },
};
const TAKEN: Sent = { isTaken: true };
const REFUSED: Sent = { isTaken: false, why: "it answered with 503", isFinal: false };
const MAIL: Target = { kind: "email", addresses: ["ops@example.com"] };

describe("the delivery of notices", () => {
  let scene: Scene;
  let sent: { readonly id: string; readonly channel: string; readonly message: Message }[];
  let answer: Sent | (() => Promise<Sent>);

  const withSenders = (parts: Parts): Parts => {
    const send: Send = async (channel, message) => {
      sent.push({ id: message.id, channel: channel.id, message });
      return typeof answer === "function" ? answer() : answer;
    };
    return { ...parts, senders: { webhook: send, email: send, sns: send } };
  };
  const channels = (...ids: readonly string[]): Promise<void> =>
    scene.parts.channels.change(
      "demo",
      () => ids.map((id): Channel => ({ id, label: id, topics: ["alert"], target: MAIL, createdAt: 0 })),
      {
        workspace: "demo",
        id: `act${ids.join("")}`,
        at: scene.clock.now,
        by: "test",
        action: "channel.added",
        details: {},
      },
    );
  const post = (notice: Notice = NOTICE): Promise<number> => postNotices(scene.parts)("demo", [notice]);
  const run = (parts: Parts = scene.parts): ReturnType<ReturnType<typeof deliverNotices>> =>
    deliverNotices(parts)("demo");
  const states = async (): Promise<readonly string[]> =>
    (await scene.parts.outbox.finished("demo", { limit: 100 })).deliveries.map(({ state }) => state);

  beforeEach(async () => {
    sent = [];
    answer = TAKEN;
    scene = await openScene({ now: NOW, change: withSenders });
  });
  afterEach(() => scene.close());

  it("sends a notice once to every channel that takes its topic", async () => {
    await channels("a", "b");
    expect(await post()).toBe(1);
    expect(await post()).toBe(0);
    expect(await run()).toEqual({ delivered: 2, retrying: 0, givenUp: [], nextAt: undefined });
    expect(await run()).toMatchObject({ delivered: 0 });
    expect(sent.map(({ channel }) => channel).toSorted()).toEqual(["a", "b"]);
    expect(sent[0]?.message).toMatchObject({
      notice: NOTICE,
      workspace: { id: "demo", name: "Demo" },
      html: undefined,
    });
  });

  it("that was given up shows in health and diagnosis, until its channel takes one or is gone", async () => {
    const reasons = async (): Promise<readonly string[]> =>
      (await readHealth(scene.parts)(scene.workspace)).reasons.filter((reason) => reason === "delivery-given-up");
    await channels("a");
    answer = { isTaken: false, why: "it answered with 410", isFinal: true };
    await post();
    await run();
    expect(await readHealth(scene.parts)(scene.workspace)).toMatchObject({
      status: "warn",
      reasons: ["delivery-given-up"],
      givenUp: [{ channel: "a", count: 1 }],
    });
    expect(await diagnoseWorkspace(scene.parts)("demo")).toMatchObject([
      { severity: "warn", remedy: expect.stringContaining("tidemark channel test") as string },
      { severity: "note", what: expect.stringContaining("it answered with 410") as string },
    ]);

    await channels("b");
    expect(await reasons()).toEqual([]);
    await channels("a");
    expect(await reasons()).toEqual(["delivery-given-up"]);
    answer = TAKEN;
    scene.clock.now += 60_000;
    await post({ ...NOTICE, id: "alert/another" });
    await run();
    expect(await reasons()).toEqual([]);
  });

  it("sends to channels as they were when the notice was posted, and to none that was removed since", async () => {
    await channels("a", "b");
    await post();
    await channels("b", "c");
    await run();
    expect(sent.map(({ channel }) => channel)).toEqual(["b"]);
    expect((await states()).toSorted()).toEqual(["delivered", "dropped"]);
  });

  it("tries again under the same id, later and later, and gives up loudly after a day", async () => {
    await channels("a");
    await post();
    answer = REFUSED;
    const started = scene.clock.now;
    let last = await run();
    while (last.nextAt !== undefined) {
      scene.clock.now = last.nextAt - 1;
      expect(await run()).toMatchObject({ delivered: 0, retrying: 0 });
      scene.clock.now = last.nextAt;
      last = await run();
    }
    expect(sent).toHaveLength(ATTEMPTS);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect(scene.clock.now - started).toBeGreaterThan(DAY);
    expect(last.givenUp).toEqual([
      { delivery: sent[0]?.id, channel: "a", notice: NOTICE.id, attempts: ATTEMPTS, why: "it answered with 503" },
    ]);
    expect(await states()).toEqual(["failed"]);
  });

  it("gives up at once where no further attempt can help", async () => {
    await channels("a");
    await post();
    answer = { isTaken: false, why: "it answered with 410", isFinal: true };
    expect((await run()).givenUp).toHaveLength(1);
    expect(sent).toHaveLength(1);
  });

  it("takes a sender that throws for an attempt that failed", async () => {
    await channels("a");
    await post();
    answer = () => Promise.reject(new TypeError("with a secret in it"));
    expect(await run()).toMatchObject({ retrying: 1 });
    const [waiting] = await scene.parts.outbox.pending("demo");
    expect(waiting?.lastError).toBe("it could not be sent (TypeError)");
  });

  it("sends once when 8 run at once", async () => {
    await channels("a", "b", "c");
    await post();
    await Promise.all(Array.from({ length: 8 }, () => run(withSenders(scene.connect()))));
    expect(sent.map(({ channel }) => channel).toSorted()).toEqual(["a", "b", "c"]);
    expect(await states()).toEqual(["delivered", "delivered", "delivered"]);
  });

  it("comes to one end wherever a run is killed: sent again only where nobody can know that it was sent", async () => {
    await channels("a");
    await post();
    const undisturbed = befallen(scene.parts, ["outbox"], undefined);
    await run(undisturbed.parts);
    const doubled: string[] = [];
    for (let at = 0; at < undisturbed.calls(); at++)
      for (const how of ["before", "after"] as const) {
        const id = `alert/kill/${at}-${how}`;
        await post({ ...NOTICE, id });
        sent = [];
        const struck = befallen(scene.parts, ["outbox"], { at, how });
        await run(struck.parts).catch((error: unknown) => {
          if (!(error instanceof Mischance)) throw error;
        });
        scene.clock.now += LEASE_MS;
        await run();
        expect(await scene.parts.outbox.pending("demo")).toEqual([]);
        expect(new Set(sent.map((one) => one.id)).size).toBe(1);
        if (sent.length > 1) doubled.push(`${at} ${how}`);
      }
    // Pending ones are read, one is claimed, its notice is read, its end is noted: only an end that was not sends again.
    expect(undisturbed.calls()).toBe(4);
    expect(doubled).toEqual(["3 before"]);
  });

  it("takes a report's page and files along by mail, and by mail only", async () => {
    await scene.parts.reportFiles.keep("demo", { kind: "daily", name: "2026-11-20" }, "html", Buffer.from("<p>hi"));
    await scene.parts.reportFiles.keep("demo", { kind: "daily", name: "2026-11-20" }, "csv", Buffer.from("a,b"));
    await channels("a");
    await post({ ...NOTICE, id: "report.daily/2026-11-20", data: { report: "daily-2026-11-20" } });
    await run();
    const { html, attachments } = sent[0]?.message ?? {};
    expect(html).toBe("<p>hi");
    expect(attachments?.map(({ name, contentType }) => [name, contentType])).toEqual([
      ["demo-daily-2026-11-20.html", "text/html"],
      ["demo-daily-2026-11-20.csv", "text/csv"],
    ]);
  });
});
