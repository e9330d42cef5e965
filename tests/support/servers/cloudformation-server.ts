import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A stack as CloudFormation tells of it. */
export interface ToldStack {
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A CloudFormation in this process that knows DescribeStacks, over AWS's Query protocol; for a real client over HTTP. */
export interface CloudFormationServer {
  readonly endpoint: string;
  /** By name; a test puts them here. */
  readonly stacks: Map<string, ToldStack>;
  /** Answers everything with this error as long as it is set. */
  refusal: { readonly status: number; readonly code: string; readonly message: string } | undefined;
  readonly close: () => Promise<void>;
}

const NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/";
const REQUEST_ID = "<RequestId>b9b4b068-3a41-11e5-94eb-example</RequestId>";

const escaped = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const errorOf = (code: string, message: string): string =>
  `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>${REQUEST_ID}</ErrorResponse>`;

const outputOf = ([key, value]: readonly [string, string]): string =>
  `<member><OutputKey>${escaped(key)}</OutputKey><OutputValue>${escaped(value)}</OutputValue></member>`;

const stackOf = (name: string, { status, outputs }: ToldStack): string =>
  `<member><StackId>arn:aws:cloudformation:eu-west-1:123456789012:stack/${escaped(name)}/c1d2</StackId><StackName>${escaped(name)}</StackName><CreationTime>2026-11-21T09:00:00.000Z</CreationTime><StackStatus>${status}</StackStatus><DisableRollback>false</DisableRollback><Outputs>${Object.entries(outputs).map(outputOf).join("")}</Outputs></member>`;

const answerTo = (stacks: ReadonlyMap<string, ToldStack>, asked: URLSearchParams): readonly [number, string] => {
  const action = asked.get("Action");
  if (action !== "DescribeStacks") return [400, errorOf("InvalidAction", `Could not find operation ${action}`)];
  const name = asked.get("StackName") ?? "";
  const stack = stacks.get(name);
  // The words of the real one; it has no error of its own for this.
  if (stack === undefined) return [400, errorOf("ValidationError", `Stack with id ${name} does not exist`)];
  return [
    200,
    `<DescribeStacksResponse xmlns="${NAMESPACE}"><DescribeStacksResult><Stacks>${stackOf(name, stack)}</Stacks></DescribeStacksResult><ResponseMetadata>${REQUEST_ID}</ResponseMetadata></DescribeStacksResponse>`,
  ];
};

/** Starts a {@link CloudFormationServer} without stacks, on a free port. */
export const startCloudFormation = async (): Promise<CloudFormationServer> => {
  const stacks = new Map<string, ToldStack>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const { refusal } = told;
    const [status, xml] =
      refusal === undefined
        ? request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 ") === true
          ? answerTo(stacks, new URLSearchParams(body))
          : ([403, errorOf("MissingAuthenticationToken", "Request is missing Authentication Token")] as const)
        : ([refusal.status, errorOf(refusal.code, refusal.message)] as const);
    response.writeHead(status, { "content-type": "text/xml" }).end(xml);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((failure: unknown) => response.destroy(failure as Error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const told: CloudFormationServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stacks,
    refusal: undefined,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return told;
};
