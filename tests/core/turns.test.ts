import { expect, it } from "vitest";
import { Turns } from "../../functions/core/turns.ts";

it("lets one through at a time, in order, whatever fails", async () => {
  const turns = new Turns(10);
  const seen: string[] = [];
  const work = async (name: string): Promise<string> => {
    seen.push(`${name} in`);
    await Promise.resolve();
    seen.push(`${name} out`);
    if (name === "b") throw new Error("b fails");
    return name;
  };
  const done = await Promise.allSettled(["a", "b", "c"].map((name) => turns.take(() => work(name))));
  expect(seen).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"]);
  expect(done.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await turns.take(() => work("d"))).toBe("d");
});

it("turns away who comes when enough wait, and nobody after", async () => {
  const turns = new Turns(2);
  const gate = Promise.withResolvers<void>();
  const waiting = [1, 2].map(() => turns.take(() => gate.promise));
  await expect(turns.take(() => gate.promise)).rejects.toMatchObject({ code: "store.busy" });
  gate.resolve();
  await Promise.all(waiting);
  expect(await turns.take(async () => "in")).toBe("in");
});
