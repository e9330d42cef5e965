import { Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { ENV, upstreamSecrets } from "../functions/contract.ts";

/** What a function does with the secrets that polled servers are asked with. */
export type SecretsUse = "read" | "keep";

const ACTIONS: Readonly<Record<SecretsUse, readonly string[]>> = {
  read: ["GetSecretValue"],
  keep: ["GetSecretValue", "CreateSecret", "PutSecretValue", "RestoreSecret", "DeleteSecret"],
};

/** Whether there are any. */
export interface UpstreamSecretsProps {
  /** Left out: they may be kept. */
  readonly isKept?: boolean;
}

/**
 * Where credentials of polled servers, secrets of webhooks and keys that ids are hashed with lie: secrets of AWS Secrets
 * Manager, one for each, made and removed while the deployment lives. So there is nothing to deploy but the names that
 * functions may use.
 */
export class UpstreamSecrets extends Construct {
  /** The stack's own, so that two stacks in an account share none. */
  readonly prefix: string;
  readonly environment: Readonly<Record<string, string>>;

  readonly #isKept: boolean;

  constructor(scope: Construct, id: string, { isKept = true }: UpstreamSecretsProps = {}) {
    super(scope, id);
    this.#isKept = isKept;
    this.prefix = upstreamSecrets(Stack.of(this).stackName);
    this.environment = isKept ? { [ENV.upstreamSecrets]: this.prefix } : {};
  }

  /** Allows what this use needs under the stack's own names, and nothing else; nobody may list secrets. */
  grant(to: Role, use: SecretsUse): void {
    if (!this.#isKept) return;
    const { partition, region, account } = Stack.of(this);
    const names = `secret:${this.prefix}*`;
    to.addToPolicy(
      new PolicyStatement({
        actions: ACTIONS[use].map((action) => `secretsmanager:${action}`),
        resources: [`arn:${partition}:secretsmanager:${region}:${account}:${names}`],
      }),
    );
    Validations.of(to).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:${names}]`,
      reason:
        "Secrets are named after workspaces that don't exist yet, and AWS adds characters of its own to each name.",
    });
  }
}
