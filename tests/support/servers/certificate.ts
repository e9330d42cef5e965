import { createSign, generateKeyPairSync } from "node:crypto";

/** What a server on loopback needs to speak TLS, and its clients to trust it; all of it PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const ECDSA_WITH_SHA256 = "06082a8648ce3d040302";
const COMMON_NAME = "0603550403";
const SUBJECT_ALTERNATIVE_NAME = "0603551d11";
const BASIC_CONSTRAINTS = "0603551d13";

const SHORT = 128;

/** One element of DER (X.690): a tag, the length, and what it holds. */
const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < SHORT ? [size] : size <= 255 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const object = (hex: string): Buffer => Buffer.from(hex, "hex");
const extension = (id: string, value: Buffer): Buffer => sequence(object(id), der(0x04, value));
const time = (text: string): Buffer => der(0x18, Buffer.from(text));

/** A certificate for host names that signs itself, good until 2099 (RFC 5280), with a key that nobody else has. */
export const certificateFor = (...hosts: readonly string[]): Certificate => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(object(ECDSA_WITH_SHA256));
  const name = sequence(der(0x31, sequence(object(COMMON_NAME), der(0x0c, Buffer.from("a test on loopback")))));
  const names = sequence(...hosts.map((host) => der(0x82, Buffer.from(host))));
  const isAuthority = sequence(der(0x01, Buffer.from([255])));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time("20200101000000Z"), time("20991231235959Z")),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(extension(SUBJECT_ALTERNATIVE_NAME, names), extension(BASIC_CONSTRAINTS, isAuthority))),
  );
  const signature = createSign("sha256").update(body).sign(privateKey);
  const whole = sequence(body, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString("base64").replaceAll(/.{64}/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
};
