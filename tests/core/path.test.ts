import { describe, expect, it } from "vitest";
import { nest, valueAt } from "../../functions/core/path.ts";

describe("a path", () => {
  it("leads to a value, or to none", () => {
    const tree = { users: { total: 3, seen: null }, list: [1] };

    expect(
      ["users.total", "users.seen", "users.none", "none.total", "users.total.more", "list.0"].map((path) =>
        valueAt(tree, path),
      ),
    ).toEqual([3, null, undefined, undefined, undefined, undefined]);
    expect(valueAt(null, "users")).toBeUndefined();
  });

  it("is made where it is lacking, beside what is there", () => {
    const tree = { users: { total: 3 } };
    nest(tree, "users.seen", 2);
    nest(tree, "rooms.by.kind", 1);
    nest(tree, "hour", "2026-11-21T09");

    expect(tree).toEqual({ users: { total: 3, seen: 2 }, rooms: { by: { kind: 1 } }, hour: "2026-11-21T09" });
  });
});
