import { createHmac } from "node:crypto";

/** Standard Webhooks: secrets of 24 to 64 bytes, in base64 behind this. */
const PREFIX = "whsec_";

/** A secret that webhooks are signed with, out of 32 or more unguessable characters. */
export const signingSecret = (chance: string): string => `${PREFIX}${Buffer.from(chance).toString("base64")}`;

/** What is signed, and with what. */
export interface Signed {
  readonly secret: string;
  /** The same in every attempt. */
  readonly id: string;
  /** Whole seconds since 1970 UTC. */
  readonly seconds: number;
  readonly body: string;
}

/** Headers of a webhook as Standard Webhooks 1.0 has them (standardwebhooks.com, «Signature scheme», v1). */
export const webhookHeaders = ({ secret, id, seconds, body }: Signed): Readonly<Record<string, string>> => {
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": `v1,${signature}`,
  };
};
