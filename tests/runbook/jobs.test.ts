import { Template } from "aws-cdk-lib/assertions";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyHour, type HourDelta } from "../../functions/core/delta.ts";
import { hourName, hourOf, HOUR_MS, MINUTE_MS } from "../../functions/core/hour.ts";
import { closeHours } from "../../functions/services/close-hours.ts";
import { createWorkspace } from "../../functions/tasks/create-workspace.ts";
import { foldLog } from "../../functions/tasks/fold-log.ts";
import { ingestEvents } from "../../functions/tasks/ingest-events.ts";
import { readLedger } from "../../functions/tasks/read-ledger.ts";
import { resourcesIn, wholeStack } from "../infra/deployment.ts";
import { HOUR_ZERO, message } from "../support/events.ts";
import { PlayedAlarms } from "../support/runbook/alarms.ts";
import { PlayedJob } from "../support/runbook/played-job.ts";
import { sha256 } from "../support/scene.ts";
import { openStage, type Process, type Stage } from "../support/sweep/stage.ts";

const TEMPLATE = resourcesIn(Template.fromStack(wholeStack()));
const GRACE = 3 * MINUTE_MS;
/** After a failure a workspace is sent back for so long at least; then the message is taken out of the queue. */
const AGAIN = MINUTE_MS;

let stage: Stage;
let alarms: PlayedAlarms;
let job: PlayedJob;
let process: Process;
beforeEach(async () => {
  stage = await openStage(HOUR_ZERO);
  alarms = new PlayedAlarms(TEMPLATE);
  job = new PlayedJob(stage, alarms, { construct: "Closing", worker: "close-hours" });
  process = stage.start("aside");
  await createWorkspace(process.parts)({ id: "demo", name: "Demo", startsAt: HOUR_ZERO });
  await createWorkspace(process.parts)({ id: "other", name: "Other", startsAt: HOUR_ZERO });
});
afterEach(() => stage.close());

const isRaised = (kind: string): boolean => alarms.isRaised(`closing-${kind}`, stage.clock.now);

const send = async (at: number): Promise<void> => {
  const events = [message(at, "ann")];
  await ingestEvents(process.parts)({
    workspace: "demo",
    id: sha256(events),
    bodyHash: sha256(events),
    events,
    mayAdjust: false,
    import: undefined,
  });
};

/** How the first hours of a workspace stand. */
const standing = async (id = "demo", hours = 3): Promise<readonly string[]> => {
  const workspace = await process.parts.workspaces.find(id);
  if (workspace === undefined) throw new Error(`${id} is gone`);
  const from = hourOf(HOUR_ZERO);
  const { rows } = await readLedger(process.parts)(workspace, { from, to: from + hours, limit: 100 });
  return rows.map(({ status }) => status);
};

/** Three minutes after so many hours. */
const after = (hours: number): void => {
  stage.clock.now = HOUR_ZERO + hours * HOUR_MS + GRACE;
};
/** A run of the schedule, and of the workers until the queue has nothing for now. */
const run = async (): Promise<void> => {
  await job.tick();
  await job.deliver();
};

const linesOf = (event: string): readonly Readonly<Record<string, unknown>>[] =>
  job.lines.filter((line) => line["event"] === event);

type Deltas = Process["parts"]["hours"]["deltas"];

/** A deployment that does something else with the open hours of one workspace. */
const deployedWith = (deltasOf: Deltas): PlayedJob["functions"] => {
  const { parts, functions } = job.deployed();
  const { hours } = parts;
  const deltas: Deltas = (workspace, asked) =>
    workspace === "demo" ? deltasOf(workspace, asked) : hours.deltas(workspace, asked);
  return {
    ...functions,
    "close-hours": closeHours({ ...parts, hours: { ...hours, deltas } }, (line) => job.log(line, "close-hours")),
  };
};

/** A deployment that crashes at a workspace. */
const broken = (): PlayedJob["functions"] => deployedWith(() => Promise.reject(new Error("the delta can't be read")));
/** A deployment that stumbles over one hour of a workspace as it closes it. */
const stumbling = (): PlayedJob["functions"] =>
  deployedWith(async (workspace, asked) => {
    const deltas = new Map(await process.parts.hours.deltas(workspace, asked));
    const hour = hourOf(HOUR_ZERO);
    if (deltas.has(hour)) deltas.set(hour, { ...emptyHour(), levels: null } as unknown as HourDelta);
    return deltas;
  });

describe("job-failing", () => {
  it("names the workspace and the error, and the next run after the version before catches up", async () => {
    after(1);
    await send(HOUR_ZERO + MINUTE_MS);
    job.functions = broken();
    await run();

    expect(isRaised("failing")).toBe(true);
    expect(linesOf("WorkspaceFailed")).toEqual([
      expect.objectContaining({ workspace: "demo", message: "the delta can't be read", isGivenUp: false }),
    ]);
    expect([await standing("demo", 1), await standing("other", 1)]).toEqual([["open"], ["complete"]]);

    job.functions = job.deployed().functions;
    stage.clock.now += AGAIN;
    await job.deliver();
    expect(await standing("demo", 1)).toEqual(["complete"]);
    stage.clock.now += HOUR_MS;
    await run();
    expect(isRaised("failing")).toBe(false);
  });

  it("passes over an hour that can't be read after three runs, and closes it by the first run that can", async () => {
    after(2);
    await send(HOUR_ZERO + MINUTE_MS);
    await foldLog(process.parts)("demo");
    job.functions = stumbling();
    await run();
    for (let again = 0; again < 2; again++) {
      stage.clock.now += AGAIN;
      await job.deliver();
    }
    const told = { workspace: "demo", hour: hourName(hourOf(HOUR_ZERO)), why: expect.any(String) };
    expect(linesOf("HourFailed")).toEqual(Array.from({ length: 3 }, () => expect.objectContaining(told)));
    expect(await standing("demo", 1)).toEqual(["failed"]);

    job.functions = job.deployed().functions;
    after(3);
    await run();
    expect((await standing())[0]).toBe("partial");
  });

  it("rises for a message that makes no sense and for too little time, too, and not for a run that is fine", async () => {
    after(1);
    await run();
    expect(isRaised("failing")).toBe(false);

    stage.queue.messages.push({ body: "Test message.", delaySeconds: 0 });
    await job.deliver();
    expect([linesOf("MessageFailed").length, isRaised("failing")]).toEqual([1, true]);

    stage.clock.now += 2 * HOUR_MS;
    expect(isRaised("failing")).toBe(false);
    const { parts } = job.deployed();
    const hours = { ...parts.hours, head: () => new Promise<never>(() => undefined) };
    const slow = closeHours({ ...parts, hours }, (line) => job.log(line, "close-hours"));
    job.functions = { ...job.functions, "close-hours": slow };
    job.msOfWork = 700;
    await run();
    expect([linesOf("WorkCutShort").length, isRaised("failing")]).toEqual([1, true]);
  });
});

describe("job-not-running", () => {
  it("rises when the schedule is off, and one start by hand does all that was missed", async () => {
    after(1);
    await run();
    expect(await standing()).toEqual(["complete", "open"]);
    job.isEnabled = false;
    for (const hours of [2, 3]) {
      expect(isRaised("not-running")).toBe(false);
      after(hours);
      await run();
    }
    expect(isRaised("not-running")).toBe(true);
    expect(await standing()).toEqual(["complete", "open", "open"]);

    job.isEnabled = true;
    // `--payload '{}'`, as the section has it.
    await job.invoke({});
    await job.deliver();
    expect(await standing()).toEqual(["complete", "complete", "complete"]);
    expect(isRaised("not-running")).toBe(false);
  });
});

describe("job-falling-behind", () => {
  it("rises while a failed message is hidden, and ends when it is done", async () => {
    after(1);
    job.msOfWork = 700;
    const { parts, functions } = job.deployed();
    const hours = { ...parts.hours, head: () => new Promise<never>(() => undefined) };
    job.functions = { ...functions, "close-hours": closeHours({ ...parts, hours }, () => undefined) };
    await run();
    // Half an hour hidden, then one message for each workspace, and those hidden for half an hour.
    for (let minutes = 5; minutes <= 75; minutes += 5) {
      stage.clock.now += 5 * MINUTE_MS;
      await job.deliver();
      expect([minutes, isRaised("falling-behind")]).toEqual([minutes, minutes === 75]);
    }

    job.msOfWork = 5 * MINUTE_MS;
    job.functions = job.deployed().functions;
    for (let minutes = 80; minutes <= 100; minutes += 5) {
      stage.clock.now += 5 * MINUTE_MS;
      await job.deliver();
    }
    expect(isRaised("falling-behind")).toBe(false);
    expect(await standing("demo", 1)).toEqual(["complete"]);
  });
});

describe("job-schedule-dead-letters", () => {
  it("keeps why the schedule could not call, and a start by hand makes up for the run", async () => {
    job.mayInvoke = false;
    after(1);
    await run();
    expect(isRaised("schedule-dead-letters")).toBe(true);
    expect(job.dead.schedule).toEqual([
      expect.objectContaining({
        attributes: { ERROR_CODE: "AccessDeniedException", ERROR_MESSAGE: expect.stringContaining("InvokeFunction") },
      }),
    ]);
    expect(await standing("demo", 1)).toEqual(["open"]);

    job.mayInvoke = true;
    await job.invoke({});
    await job.deliver();
    job.dead.schedule.length = 0;
    stage.clock.now += 5 * MINUTE_MS;
    job.measure();
    expect(isRaised("schedule-dead-letters")).toBe(false);
    expect(await standing("demo", 1)).toEqual(["complete"]);
  });
});

describe("job-dispatch-dead-letters", () => {
  it("logs each of three failures, keeps the last in the message, and a start by hand makes up for the run", async () => {
    stage.queue.refuse = () => ({ Code: "AccessDenied", Message: "not yours", SenderFault: true });
    after(1);
    await run();
    expect(isRaised("dispatch-dead-letters")).toBe(true);
    expect(linesOf("RunFailed")).toHaveLength(3);
    const [dead] = job.dead.dispatch.map(({ body }) => JSON.parse(body) as { responsePayload: object });
    expect(dead?.responsePayload).toMatchObject({ errorMessage: expect.stringContaining("AccessDenied") });

    stage.queue.refuse = () => undefined;
    await job.invoke({});
    await job.deliver();
    job.dead.dispatch.length = 0;
    stage.clock.now += 5 * MINUTE_MS;
    job.measure();
    expect(isRaised("dispatch-dead-letters")).toBe(false);
    expect(await standing("demo", 1)).toEqual(["complete"]);
  });
});

describe("job-work-dead-letters", () => {
  /** Closings that fail until the message is given up on; workspaces fail alone, so others are not behind. */
  const giveUp = async (): Promise<void> => {
    await send(HOUR_ZERO + MINUTE_MS);
    job.functions = broken();
    await process.parts.work.send([{ workspaces: ["demo", "other"], now: stage.clock.now, attempt: 1 }]);
    for (let minutes = 0; minutes <= 240; minutes += 30) {
      await job.deliver();
      stage.clock.now += 30 * MINUTE_MS;
    }
  };

  it("names the workspaces that are behind, and moving the messages back closes their hours", async () => {
    after(1);
    await giveUp();
    job.measure();
    expect(isRaised("work-dead-letters")).toBe(true);
    expect(job.dead.work.map(({ body }) => (JSON.parse(body) as { workspaces: string[] }).workspaces)).toEqual([
      ["demo"],
    ]);
    expect(linesOf("WorkspaceFailed").filter(({ isGivenUp }) => isGivenUp === true)[0]).toMatchObject({
      workspace: "demo",
    });
    expect(await standing("other", 1)).toEqual(["complete"]);

    job.functions = job.deployed().functions;
    job.moveBack();
    await job.deliver();
    stage.clock.now += 5 * MINUTE_MS;
    job.measure();
    expect(isRaised("work-dead-letters")).toBe(false);
    expect((await standing("demo", 1))[0]).toMatch(/^(complete|partial)$/);
  });

  it("needs nothing but the next run once the cause is mended", async () => {
    after(1);
    await giveUp();
    job.functions = job.deployed().functions;
    await run();
    expect((await standing("demo", 1))[0]).toMatch(/^(complete|partial)$/);
  });
});
