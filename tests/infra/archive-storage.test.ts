import { App } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { archiveStorageIn } from "../../infra/archive-storage.ts";
import { wholeStack } from "./deployment.ts";

const storageOf = (context: Readonly<Record<string, unknown>>) => archiveStorageIn(new App({ context }).node);

describe("what is said about the storage of documents", () => {
  it("is nothing by default: all stays as it is", () => {
    expect(Object.values(storageOf({})).filter((days) => days !== undefined)).toEqual([]);
  });

  it("becomes rules for documents, and for nothing else", () => {
    const context = {
      archiveInfrequentAfterDays: "30",
      archiveGlacierAfterDays: 90,
      archiveDocumentsDays: 3_650,
      archiveSupersededDays: 400,
    };
    const transitions = [
      { StorageClass: "STANDARD_IA", TransitionInDays: 30 },
      { StorageClass: "GLACIER_IR", TransitionInDays: 90 },
    ];
    const rule = (Prefix: string, ExpirationInDays: number) =>
      Match.objectLike({ Prefix, ExpirationInDays, Transitions: transitions });
    Template.fromStack(wholeStack(new App({ context }))).hasResourceProperties("AWS::S3::Bucket", {
      LoggingConfiguration: { LogFilePrefix: "archive/" },
      LifecycleConfiguration: {
        Rules: Match.arrayWith([rule("workspace=", 3_650), rule("superseded/", 400)]),
      },
    });
  });

  it.each([
    [{ archiveInfrequentAfterDays: 29 }, "archiveInfrequentAfterDays is no whole number of days from 30 on: 29."],
    [{ archiveSupersededDays: "soon" }, "archiveSupersededDays is no whole number of days from 1 on: soon."],
    [{ archiveInfrequentAfterDays: 60, archiveGlacierAfterDays: 80 }, "has to be 30 days or more after"],
  ])("is refused where it makes no sense: %o", (context, complaint) => {
    expect(() => storageOf(context)).toThrow(complaint);
  });
});
