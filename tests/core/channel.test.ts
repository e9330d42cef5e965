import { expect, it } from "vitest";
import { shownTarget, shownUrl } from "../../functions/core/channel.ts";

it.each([
  ["https://hooks.slack.example/services/T024BE7LD/B01AB/q8Zt1wYxPmVn5LkR2sDf", "https://hooks.slack.example/…2sDf"],
  [
    "https://api.telegram.example/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage",
    "https://api.telegram.example/…sage",
  ],
  ["https://chat.example/v1/messages?key=AIzaSyD-longer&token=abcdefgh", "https://chat.example/…efgh"],
  // So short a rest would be told by its end.
  ["https://hooks.example.org/tidemark", "https://hooks.example.org/…"],
  ["http://127.0.0.1:9000/?token=short", "http://127.0.0.1:9000/…"],
  ["https://hooks.example.org", "https://hooks.example.org"],
])("shows of %s no more than tells it from others", (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});

it("shows people and topics as they are", () => {
  const target = { kind: "email", addresses: ["ops@example.org"] } as const;
  expect(shownTarget(target)).toBe(target);
});
