import { Stack } from "aws-cdk-lib";
import { Effect, type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { ANNOUNCED, ENV } from "../functions/contract.ts";

/** The account's own event bus, which costs nothing to have: published snapshots are announced on it. */
export class EventBus {
  /** What a function has to be told to announce. */
  readonly environment: Readonly<Record<string, string>> = { [ENV.eventBus]: "default" };
  readonly #arn: string;

  constructor(scope: Construct) {
    this.#arn = Stack.of(scope).formatArn({ service: "events", resource: "event-bus", resourceName: "default" });
  }

  /** Lets a role put our own events on the bus, and nothing else. */
  grantAnnounce(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ["events:PutEvents"],
        resources: [this.#arn],
        conditions: {
          StringEquals: { "events:source": ANNOUNCED.source, "events:detail-type": ANNOUNCED.detailType },
        },
      }),
    );
  }
}
