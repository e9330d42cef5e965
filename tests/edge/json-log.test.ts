import { afterEach, describe, expect, it, vi } from "vitest";
import { logLine } from "../../functions/edge/json-log.ts";

describe("a line of the log", () => {
  afterEach(() => vi.restoreAllMocks());

  it("is handed to Lambda as an object, so that its fields can be asked for", () => {
    const log = vi.spyOn(console, "log").mockReturnValue();
    const line = { event: "BatchCounted", segments: [{ lane: 0, position: 1 }] };

    logLine(line);

    expect(log.mock.calls).toEqual([[line]]);
  });
});
