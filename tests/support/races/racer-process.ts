import { type Act, type Ground } from "./racers.ts";
import { Racers } from "./racer.ts";

const { ground, clients } = JSON.parse(process.argv[2] ?? "") as { readonly ground: Ground; readonly clients: number };
const racers = new Racers(ground, clients);

process.on("message", (word: { readonly act: Act; readonly now: number }) => {
  void racers.race(word.act, word.now).then((outcomes) => process.send?.(outcomes));
});
// Whoever started it is gone.
process.on("disconnect", () => process.exit(0));
await racers.warmUp();
process.send?.("ready");
