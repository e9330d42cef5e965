import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { LOG_QUERIES } from "../infra/log-queries.ts";
import { programFor } from "../cli/program.ts";
import { counted } from "./support/counted.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const runbook = readFileSync(join(ROOT, "docs/runbook.md"), "utf8");
const sourcesIn = (folder: string): string =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
const functions = sourcesIn("functions");
const infra = sourcesIn("infra");

/** What stands in code font. */
const said = [...new Set([...runbook.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text))];

/** Words of others that look like events of our log. */
const OF_AWS = ["AccessDenied", "AuthorizationError", "Alarms", "ReadThrottleEvents", "WriteThrottleEvents"];

describe("the runbook", () => {
  it("has a walk through each of its sections, and no walk is through another", () => {
    const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, name]) => name);
    const folder = join(ROOT, "tests/runbook");
    const walked = readdirSync(folder).flatMap((file) =>
      [...readFileSync(join(folder, file), "utf8").matchAll(/^describe\("([^"]+)"/gm)].map(([, name]) => name),
    );
    expect(new Set(walked)).toEqual(new Set(sections));
    expect(walked).toHaveLength(sections.length);
    counted(walked.length, "sections with a walk", "runbook");
  });

  it("names queries that are saved", () => {
    const saved = new Set(LOG_QUERIES.map(({ name }) => name));
    const part = runbook.slice(runbook.indexOf("## How to follow"));
    const ofSections = [...runbook.matchAll(/saved query `([a-z-]+)`/g)].map(([, name]) => name);
    const named = [...part.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)]
      .map(([, name]) => name ?? "")
      .filter((name) => /^(follow|hours|events|requests)-/.test(name));
    for (const name of [...ofSections, ...named]) expect(saved).toContain(name);
    counted(ofSections.length + named.length, "saved queries", "runbook");
  });

  it("tells to look for lines that are really logged", () => {
    const events = said.filter((text) => /^([A-Z][a-z]+){2,}$/.test(text) && !OF_AWS.includes(text));
    for (const event of events) expect([event, functions.includes(`"${event}"`)]).toEqual([event, true]);
    counted(events.length, "names of log lines", "runbook");
  });

  it("names fields, functions and settings that there are", () => {
    for (const [name, where] of [
      ["isGivenUp", functions],
      ["milliseconds", infra],
      ["WORKERS", infra],
      ["responsePayload", "responsePayload"],
    ] as const)
      expect([name, where.includes(name)]).toEqual([name, true]);
    const handlers = said.filter((text) => /^[a-z]+-(hours|days)$/.test(text));
    const files = readdirSync(join(ROOT, "functions/handlers"));
    for (const name of handlers) expect(files).toContain(`${name}.ts`);
    for (const path of said.filter((text) => /^infra\/.+\.ts$/.test(text)))
      expect(readdirSync(join(ROOT, "infra"))).toContain(path.slice("infra/".length));
    counted(handlers.length, "functions", "runbook");
  });

  it("calls functions as AWS's command line takes it, whose second version wants base64 unless it is told", () => {
    const calls = said.filter((text) => text.startsWith("aws lambda invoke") && text.includes("--payload"));
    expect(calls).not.toEqual([]);
    for (const call of calls) expect(call).toContain("--cli-binary-format raw-in-base64-out");
  });

  it("names commands of ours that there are, by their whole name", async () => {
    const commands = said.filter((text) => text.startsWith("tidemark ")).map((text) => text.split(" ").slice(1));
    const program = await programFor();
    for (const words of commands) {
      const found: string[] = [];
      let among = program.commands;
      for (const word of words) {
        const next = among.find((command) => command.name() === word);
        if (next === undefined) break;
        found.push(word);
        among = next.commands;
      }
      expect(found).toEqual(words.filter((word) => /^[a-z-]+$/.test(word)));
    }
    counted(commands.length, "commands", "runbook");
  });

  it("names routes that there are", () => {
    const routes = said.filter((text) => /^[A-Z]+ \/v1\//.test(text));
    for (const route of routes) {
      const [method, path] = route.split(" ");
      expect([route, functions.includes(`method: "${method}", path: "${path}"`)]).toEqual([route, true]);
    }
    counted(routes.length, "routes", "runbook");
  });
});
