import { Failure } from "../core/failure.ts";
import type { Send, Senders, SigningSecrets } from "../ports/delivering.ts";
import type { Parts } from "../tasks/parts.ts";
import type { SettingsTo } from "../settings.ts";
import { latePort } from "./late.ts";

/** What sending needs of a deployment. */
export interface SendingPlaces {
  readonly signingSecrets: SigningSecrets;
  /** Address that mails come from, which Amazon SES has to know; undefined where none are sent. */
  readonly mailSender: string | undefined;
}

/** Where there is no place for secrets, nothing can be signed. */
export const NO_SECRETS: SigningSecrets = {
  keep: () =>
    Promise.reject(
      new Failure("upstream.no-vault", "This deployment has no place for secrets, so it can sign no webhooks."),
    ),
  find: () => Promise.resolve(undefined),
  remove: () => Promise.resolve(),
};

const late = (load: () => Promise<Send>): Send => {
  let loading: Promise<Send> | undefined;
  return async (...what) => (await (loading ??= load()))(...what);
};

const unable = "this deployment has no address to send mail from";
const NO_SENDER: Send = Object.assign(() => Promise.resolve({ isTaken: false, why: unable, isFinal: true } as const), {
  unable,
});

const lateSenders = ({ signingSecrets, mailSender }: SendingPlaces): Senders => ({
  webhook: late(async () => {
    const [{ boundedOutbound }, { sendWebhook }] = await Promise.all([
      import("./dns/outbound.ts"),
      import("./webhook/webhook.ts"),
    ]);
    return sendWebhook(boundedOutbound(), signingSecrets);
  }),
  email:
    mailSender === undefined
      ? NO_SENDER
      : late(async () => {
          const { sendMail, sesClient } = await import("./ses/mail.ts");
          return sendMail({ client: sesClient(), sender: mailSender });
        }),
  sns: late(async () => {
    const { sendToTopic, snsClient } = await import("./sns/topic.ts");
    return sendToTopic(snsClient);
  }),
});

/** Senders that are loaded at their first use: most runs send nothing. */
export const sending = (places: SendingPlaces): Pick<Parts, "senders" | "signingSecrets"> => ({
  senders: lateSenders(places),
  signingSecrets: places.signingSecrets,
});

/** How a function sends; apart from its other parts, so that one which sends nothing is bundled without. */
export const lambdaSending = ({
  upstreamSecrets,
  mailSender,
}: Pick<SettingsTo<"follow">, "upstreamSecrets" | "mailSender">): Pick<Parts, "senders" | "signingSecrets"> =>
  sending({ mailSender, signingSecrets: upstreamSecrets === undefined ? NO_SECRETS : managedSecrets(upstreamSecrets) });

/** Signing secrets in AWS Secrets Manager, under names that begin so. */
export const managedSecrets = (prefix: string): SigningSecrets =>
  latePort(async () => {
    const [{ managedSigningSecrets }, { secretsManagerClient }] = await Promise.all([
      import("./secretsmanager/signing-secrets.ts"),
      import("./secretsmanager/upstream-credentials.ts"),
    ]);
    return managedSigningSecrets({ client: secretsManagerClient(), prefix });
  });
