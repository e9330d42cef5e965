import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { MEMORY_MB } from "../../cli/cost/prices.ts";
import { HANDLERS } from "../../functions/contract.ts";
import { CONTEXT, MANNER, type Options, optionsIn } from "../../infra/options.ts";
import { appAsDeployed } from "../support/app.ts";

type Context = Readonly<Record<string, unknown>>;
const optionsOf = (context: Context): Options => optionsIn(new App({ context }).node);

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:ops";
const CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0123abcd";

describe("what a deployment is told", () => {
  it("is nothing by default: all is kept, for good, and works", () => {
    expect(optionsOf({})).toEqual({
      stage: undefined,
      onRemoval: "keep",
      domain: undefined,
      hasPage: true,
      hasSecrets: true,
      recoveryDays: 35,
      storage: {},
      functions: MANNER,
      alarms: {},
      outlets: { topicArns: [] },
      oidc: undefined,
      tags: {},
    });
  });

  it("may stand beside the flags that CDK itself puts there", () => {
    expect(optionsIn(appAsDeployed().node).stage).toBeUndefined();
    expect(optionsOf({ "aws:cdk:version-reporting": false, "availability-zones:account=1": ["a"] }).stage).toBe(
      undefined,
    );
  });

  it("is read as it was meant, from the command line as from a file", () => {
    expect(
      optionsOf({
        stage: "staging",
        onRemoval: "delete",
        domain: "stats.example.org",
        certificate: CERTIFICATE,
        page: true,
        secrets: "off",
        tracing: false,
        memory: "512,close-hours=1024,serve-v1=128",
        logDays: 90,
        recoveryDays: "7",
        archiveInfrequentAfterDays: "30",
        archiveGlacierAfterDays: 90,
        alarmEmail: "ops@example.org",
        mailSender: "tidemark@example.org",
        snsTopics: `${TOPIC}, ${TOPIC}.fifo`,
        oidcIssuer: "https://login.example.test/realms/ops",
        oidcAudience: "tidemark",
        tags: "team=ops,costCenter=42, note=a=b",
      }),
    ).toEqual({
      stage: "staging",
      onRemoval: "delete",
      domain: { name: "stats.example.org", certificateArn: CERTIFICATE },
      hasPage: true,
      hasSecrets: false,
      recoveryDays: 7,
      storage: { infrequentAfterDays: 30, glacierAfterDays: 90 },
      functions: {
        memoryMb: 512,
        memoryMbOf: { "close-hours": 1_024, "serve-v1": 128 },
        logDays: 90,
        isTraced: false,
      },
      alarms: { email: "ops@example.org" },
      outlets: { mailSender: "tidemark@example.org", topicArns: [TOPIC, `${TOPIC}.fifo`] },
      oidc: { issuer: "https://login.example.test/realms/ops", audience: "tidemark" },
      tags: { team: "ops", costCenter: "42", note: "a=b" },
    });
  });

  it("gives more memory to those that somebody waits for, as the bills reckon, unless something is said of all", () => {
    expect(optionsOf({}).functions).toMatchObject({
      memoryMb: MEMORY_MB.working,
      memoryMbOf: Object.fromEntries(
        HANDLERS.filter((handler) => handler.startsWith("serve-")).map((handler) => [handler, MEMORY_MB.serving]),
      ),
    });
    expect(optionsOf({ memory: "serve-v1=1024" }).functions.memoryMbOf).toMatchObject({
      "serve-v1": 1_024,
      "serve-imkit": MEMORY_MB.serving,
    });
    expect(optionsOf({ memory: "1024" }).functions).toEqual({ ...MANNER, memoryMb: 1_024, memoryMbOf: {} });
  });

  it("is taken as the complaints give it for an example", () => {
    const wrong = Object.keys(CONTEXT).map((key) => {
      const complaint = complaintAbout({ [key]: "\u0000" });
      const [, example = ""] = new RegExp(`- ${key} .*: give -c ${key}=(.+) or the like, or leave it out\\.`).exec(
        complaint,
      ) ?? [undefined, "(no example)"];
      const kind = CONTEXT[key as keyof typeof CONTEXT];
      return kind.read(example) === undefined ? `${key}: ${example}` : "";
    });

    expect(wrong.filter((one) => one !== "")).toEqual([]);
  });
});

describe("the page of deployments", () => {
  it("has a row for every key, and for no other", () => {
    const page = readFileSync(new URL("../../docs/deployment.md", import.meta.url), "utf8");
    const [, table = ""] = /^\| key \| says \|.*\n((?:\|.*\n)+)/m.exec(page) ?? [];
    const keys = table.split("\n").flatMap((row) => (row.split("|")[1] ?? "").match(/[a-zA-Z]+/g) ?? []);

    expect(keys.toSorted()).toEqual(Object.keys(CONTEXT).toSorted());
  });
});

const complaintAbout = (context: Context): string => {
  try {
    optionsOf(context);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

describe("a deployment that is told nonsense is not made, and says why", () => {
  it.each([
    [{ stage: "Prod!" }, 'stage is no word of up to 20 small letters and digits, the first a letter ("Prod!")'],
    [{ onRemoval: "destroy" }, 'onRemoval is none of keep, delete ("destroy"): give -c onRemoval=keep'],
    [{ domain: "https://stats.example.org" }, "domain is no name of a host"],
    [{ certificate: "mine" }, "certificate is no ARN of a certificate of AWS Certificate Manager"],
    [{ page: "yes" }, "page is none of on, off"],
    [{ secrets: 1 }, "secrets is none of on, off (1)"],
    [{ memory: "64" }, "memory has a part, between commas, that is neither a number of megabytes from 128 to 10240"],
    [{ memory: "close-days=512" }, "nor one after the name of a function (serve-v1, "],
    [{ logDays: 31 }, "logDays is none of the numbers of days that CloudWatch Logs offers, 1, 3, 5, "],
    [{ recoveryDays: 36 }, "recoveryDays is no whole number of days from 1 to 35 (36)"],
    [{ archiveInfrequentAfterDays: 29 }, "archiveInfrequentAfterDays is no whole number of days from 30 to 36500 (29)"],
    [{ archiveSupersededDays: "soon" }, "archiveSupersededDays is no whole number of days from 1 to 36500"],
    [{ archiveInfrequentAfterDays: 60, archiveGlacierAfterDays: 80 }, "has to be 30 days or more after"],
    [{ alarmEmail: "ops" }, "alarmEmail is no address of somebody"],
    [{ alarmEmail: "ops@example.org", alarmTopic: TOPIC }, "alarmEmail and alarmTopic exclude each other"],
    [{ alarmTopic: `${TOPIC}.fifo` }, "alarmTopic is no ARN of a standard topic of Amazon SNS, the only kind"],
    [{ snsTopics: `${TOPIC},ops` }, "snsTopics has a part, between commas, that is no ARN of a topic"],
    [{ oidcIssuer: "https://login.example.test" }, "oidcIssuer and oidcAudience belong together"],
    [{ oidcAudience: "tidemark" }, "oidcIssuer and oidcAudience belong together"],
    [{ oidcIssuer: "http://login.example.test", oidcAudience: "t" }, "oidcIssuer is no https address"],
    [{ domain: "stats.example.org" }, "domain and certificate belong together"],
    [
      { domain: "stats.example.org", certificate: CERTIFICATE.replace("us-east-1", "eu-west-1") },
      "certificate is not of us-east-1, and CloudFront takes no other",
    ],
    [{ tags: "team" }, "tags has a part, between commas, that is no name and value such as team=ops"],
    [{ tags: "aws:team=ops" }, "not beginning with aws:"],
    [{ tags: Array.from({ length: 41 }, (_, at) => `t${at}=x`).join(",") }, "tags has more than 40 tags"],
    [{ stage: ["staging"] }, 'stage is no word of up to 20 small letters and digits, the first a letter (["staging"])'],
  ])("%o", (context, complaint) => {
    expect(complaintAbout(context)).toContain(complaint);
  });

  it("about everything at once, and about words that nobody knows", () => {
    const complaint = complaintAbout({ alarmsEmail: "ops@example.org", logDays: "x", colour: "blue" });

    expect(complaint.split("\n").slice(1)).toEqual([
      expect.stringMatching(
        /^- alarmsEmail is nothing that a deployment can be told: did you mean alarmEmail\? Known are stage, /,
      ),
      expect.stringMatching(/^- colour is nothing that a deployment can be told: leave it out\. Known are /),
      expect.stringMatching(/^- logDays is none of /),
    ]);
  });

  it("takes a certificate of its own region when CloudFront is left out", () => {
    const certificate = CERTIFICATE.replace("us-east-1", "eu-west-1");

    expect(optionsOf({ domain: "stats.example.org", certificate, page: "off" }).domain?.certificateArn).toBe(
      certificate,
    );
  });
});
