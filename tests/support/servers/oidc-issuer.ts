import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { type Adapter, Provider } from "oidc-provider";

/** A key that the issuer signs with, by its name. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** A real OpenID Connect issuer on loopback that grants tokens to the client `robot`. */
export interface OidcIssuer {
  readonly issuer: string;
  /** Paths of requests, in order. */
  readonly asked: string[];
  /** Answers in the place of the issuer while it is set. */
  instead: RequestListener | undefined;
  /** What tokens are signed with from now on; the keys before are forgotten, unless they are given, too. */
  readonly signWith: (...keys: readonly SigningKey[]) => Promise<void>;
  /** A token by the grant of client credentials, for the one audience there is. */
  readonly grant: (scope: string, workspace: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Whom the issuer's tokens are for. */
export const AUDIENCE = "https://tidemark.example.test/";
const SECRET = "a secret of a client in a test";

/** A new key pair for RS256. */
export const newKey = async (kid: string): Promise<SigningKey> => ({
  kid,
  ...(await generateKeyPair("RS256", { extractable: true })),
});

/** Signs claims as an issuer does, without asking whether they are any good. */
export const signed = (claims: JWTPayload, { kid, privateKey }: SigningKey): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: "RS256", typ: "at+jwt", kid }).sign(privateKey);

/** What the provider remembers: of the grant that is used here, nothing. */
class Forgetful implements Adapter {
  readonly #nothing = Promise.resolve(undefined);
  upsert = (): Promise<undefined> => this.#nothing;
  find = (): Promise<undefined> => this.#nothing;
  findByUserCode = (): Promise<undefined> => this.#nothing;
  findByUid = (): Promise<undefined> => this.#nothing;
  consume = (): Promise<undefined> => this.#nothing;
  destroy = (): Promise<undefined> => this.#nothing;
  revokeByGrantId = (): Promise<undefined> => this.#nothing;
}

const providerWith = async (issuer: string, keys: readonly SigningKey[], workspace: () => string): Promise<Provider> =>
  new Provider(issuer, {
    adapter: Forgetful,
    ttl: { ClientCredentials: 600 },
    cookies: { keys: [SECRET] },
    jwks: {
      keys: await Promise.all(
        keys.map(async ({ kid, privateKey }) => ({
          ...(await exportJWK(privateKey)),
          kid,
          use: "sig",
          alg: "RS256",
        })),
      ),
    },
    clients: [
      {
        client_id: "robot",
        client_secret: SECRET,
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    scopes: ["events:write", "statistics:read", "statistics:refresh", "admin", "operator", "other"],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: "events:write statistics:read statistics:refresh admin operator other",
          audience: AUDIENCE,
          accessTokenFormat: "jwt",
          accessTokenTTL: 600,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
    extraTokenClaims: () => ({ tidemark_workspace: workspace() }),
  });

/** Starts an {@link OidcIssuer} on a free port. */
export const startOidcIssuer = async (key: SigningKey): Promise<OidcIssuer> => {
  let answer: RequestListener = (_request, response) => response.writeHead(503).end();
  let granted = "";
  const server = createServer((request, response) => {
    issuer.asked.push(request.url ?? "");
    (issuer.instead ?? answer)(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const name = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: OidcIssuer = {
    issuer: name,
    asked: [],
    instead: undefined,
    signWith: async (...keys) => {
      const callback = (await providerWith(name, keys, () => granted)).callback();
      answer = (request, response) => void callback(request, response);
    },
    grant: async (scope, workspace) => {
      granted = workspace;
      const body = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: "robot",
        client_secret: SECRET,
        resource: AUDIENCE,
        scope,
      });
      const response = await fetch(`${name}/token`, { method: "POST", body });
      const { access_token: token } = (await response.json()) as { access_token?: string };
      if (token === undefined) throw new Error(`no token was granted: status ${response.status}`);
      return token;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  await issuer.signWith(key);
  return issuer;
};
