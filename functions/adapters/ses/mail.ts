import { SendEmailCommand, SESv2Client, SESv2ServiceException } from "@aws-sdk/client-sesv2";
import { errorOf } from "../../core/thrown.ts";
import type { Message, Send } from "../../ports/delivering.ts";

/** A sender that Amazon SES knows, and the client that reaches it. */
export interface Mailer {
  readonly client: SESv2Client;
  readonly sender: string;
}

/** A client for AWS as the environment says, or for an endpoint of one's own. Tries are ours to count. */
export const sesClient = (): SESv2Client => new SESv2Client({ maxAttempts: 1 });

/** Refused for what it is: the same mail is refused again. */
const FINAL: ReadonlySet<string> = new Set(["MessageRejected", "BadRequestException", "AccountSuspendedException"]);

const MOST_SUBJECT = 200;

const textOf = ({ notice, workspace }: Message): string =>
  [notice.title, "", ...notice.lines, "", `Workspace ${workspace.id}.`].join("\n");

/** A subject must be one line. */
const subjectOf = ({ notice }: Message): string => notice.title.replace(/\s+/g, " ").slice(0, MOST_SUBJECT);

const utf8 = (Data: string): { readonly Data: string; readonly Charset: string } => ({ Data, Charset: "UTF-8" });

/** Mails a notice to everybody of a channel, as one mail. */
export const sendMail =
  ({ client, sender }: Mailer): Send =>
  async ({ target }, message) => {
    if (target.kind !== "email") throw new Error(`a ${target.kind} is no mailbox`);
    const { html, attachments, id } = message;
    try {
      await client.send(
        new SendEmailCommand({
          FromEmailAddress: sender,
          Destination: { ToAddresses: [...target.addresses] },
          Content: {
            Simple: {
              Subject: utf8(subjectOf(message)),
              Body: { Text: utf8(textOf(message)), ...(html === undefined ? {} : { Html: utf8(html) }) },
              // Mail programs show one mail of two with the same reference as one thread, at least.
              Headers: [{ Name: "X-Tidemark-Id", Value: id }],
              Attachments: attachments.map(({ name, contentType, bytes }) => ({
                RawContent: bytes,
                FileName: name,
                ContentType: contentType,
                ContentDisposition: "ATTACHMENT",
                ContentTransferEncoding: "BASE64",
              })),
            },
          },
        }),
      );
      return { isTaken: true };
    } catch (error) {
      // Without the service's own words: they name addresses.
      const { name } = errorOf(error);
      return {
        isTaken: false,
        why: `Amazon SES did not take it (${name})`,
        isFinal: error instanceof SESv2ServiceException && FINAL.has(name),
      };
    }
  };
