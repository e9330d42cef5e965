import { isIssuer, type Issuer, issuerOf } from "../functions/core/issuer.ts";
import { Mishap } from "./mishap.ts";

/** Servers of one's own in the place of what is embedded, and timings; what a deployment reads from its settings. */
export interface Surroundings {
  readonly dynamodbEndpoint?: string | undefined;
  readonly s3Endpoint?: string | undefined;
  readonly archiveBucket?: string | undefined;
  readonly graceSeconds?: number | undefined;
  readonly cooldownSeconds?: number | undefined;
  /** Whose OpenID Connect tokens are taken. */
  readonly oidc?: Issuer | undefined;
  /** Address that mails come from, by Amazon SES. */
  readonly mailSender?: string | undefined;
}

const secondsIn = (name: string): number | undefined => {
  const text = process.env[name];
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,4}$/.test(text) || Number(text) > 3_599)
    throw new Mishap(`${name} must be whole seconds from 0 to 3599, not «${text}».`);
  return Number(text);
};

/** An empty variable is one that was not set. */
export const variable = (...names: string[]): string | undefined =>
  names.map((name) => process.env[name]).find((value) => value !== undefined && value !== "");

const issuerIn = (): Issuer | undefined => {
  const issuer = variable("TIDEMARK_OIDC_ISSUER");
  const audience = variable("TIDEMARK_OIDC_AUDIENCE");
  if ((issuer === undefined) !== (audience === undefined))
    throw new Mishap("TIDEMARK_OIDC_ISSUER and TIDEMARK_OIDC_AUDIENCE belong together: set both, or neither.");
  if (issuer !== undefined && !isIssuer(issuer))
    throw new Mishap("TIDEMARK_OIDC_ISSUER must be an https address without a query, or one on this machine.");
  return issuerOf(issuer, audience);
};

/**
 * What the environment says of the surroundings.
 * @throws Mishap that names a variable and what it may be.
 */
export const readSurroundings = (): Surroundings => ({
  dynamodbEndpoint: variable("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"),
  // The general one may be a DynamoDB alone: an archive is put there when somebody names a bucket.
  s3Endpoint:
    variable("AWS_ENDPOINT_URL_S3") ??
    (variable("TIDEMARK_ARCHIVE_BUCKET") === undefined ? undefined : variable("AWS_ENDPOINT_URL")),
  archiveBucket: variable("TIDEMARK_ARCHIVE_BUCKET"),
  graceSeconds: secondsIn("TIDEMARK_GRACE_SECONDS"),
  cooldownSeconds: secondsIn("TIDEMARK_REFRESH_COOLDOWN_SECONDS"),
  oidc: issuerIn(),
  mailSender: variable("TIDEMARK_MAIL_SENDER"),
});
