import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Surroundings } from "./surroundings.ts";
import type { Output } from "./terminal.ts";

/** Is told of a request and its answer. */
export type Watch = (event: APIGatewayProxyEventV2, result: APIGatewayProxyStructuredResultV2) => void;

/** How to start. */
export interface RuntimeOptions {
  readonly dataFolder: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Loopback by default. */
  readonly host?: string;
  /** Where the clock starts, milliseconds since 1970 UTC; without it, now. */
  readonly now?: number | undefined;
  /** The clock is moved and hours are closed by hand, and nothing else happens on its own. */
  readonly drill: boolean;
  /** Without the sample. */
  readonly empty: boolean;
  readonly out: Output;
  readonly surroundings?: Surroundings;
  /** Takes one line about each thing that went wrong. */
  readonly log?: (line: object) => void;
  /** Sees every request that reached a dialect, and what it was answered. */
  readonly watch?: Watch;
  /** Called when the engine died; the runtime is of no use then. */
  readonly onEngineDeath?: () => void;
}
