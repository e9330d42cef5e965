import type { FailureCode } from "./failure.ts";
import type { Schema } from "./json-schema.ts";

/** What a dialect tells of itself, from which the description of the whole API is made. */

/** A body in one media type. */
export interface DescribedContent {
  readonly schema: Schema;
  /** By the name it is shown under; the first is the one in the call that the page shows. */
  readonly examples: Readonly<Record<string, unknown>>;
}
/** Contents by their media type. */
export type DescribedBody = Readonly<Record<string, DescribedContent>>;

/** A header of an answer. */
export interface DescribedHeader {
  readonly description: string;
  readonly schema: Schema;
  readonly example: string | number;
}

/** What one status means, and what comes with it. */
export interface DescribedAnswer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, DescribedHeader>>;
  readonly body?: DescribedBody;
}

/** What a request may say beside its body. */
export interface DescribedParameter {
  readonly name: string;
  readonly in: "query" | "path" | "header";
  readonly description: string;
  readonly schema: object;
  readonly example: string | number;
  readonly required?: boolean;
}

/** What a route does, takes and answers. */
export interface DescribedOperation {
  readonly area: string;
  /** A few words. */
  readonly summary: string;
  /** Markdown. */
  readonly description: string;
  /** Unless it is the route's own name for it: names are unique in the whole description. */
  readonly id?: string;
  readonly parameters?: readonly DescribedParameter[];
  readonly body?: DescribedBody;
  readonly bodyRequired?: boolean;
  /** By status; failures come from the next field. */
  readonly answers: Readonly<Record<number, DescribedAnswer>>;
  /** Whether a caller who has the answer already gets 304. */
  readonly conditional?: boolean;
  /** What can go wrong beyond what can go wrong everywhere. */
  readonly failures?: readonly FailureCode[];
}

/** A route, as far as it describes itself. */
export interface DescribedRoute {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  readonly scope: string | null;
  readonly accepts?: readonly string[];
}

/** How a dialect answers a failure. */
export interface DescribedFailure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A dialect, whole. */
export interface DescribedDialect {
  readonly areas: readonly { readonly name: string; readonly description: string }[];
  readonly routes: readonly DescribedRoute[];
  /** By method and path, as in `GET /v1/statistics`. */
  readonly operations: Readonly<Partial<Record<string, DescribedOperation>>>;
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly securitySchemes: Readonly<Record<string, Schema>>;
  /** Schemes that are good for a scope: any one of the list, and all of one entry. */
  readonly securityFor: (scope: string) => readonly Readonly<Record<string, readonly string[]>>[];
  /** Parameters and failures of every route of a scope. */
  readonly everywhere: (route: DescribedRoute) => {
    readonly parameters: readonly DescribedParameter[];
    readonly failures: readonly FailureCode[];
  };
  /** A failure as the dialect words it; undefined for a crash. */
  readonly failure: (code: FailureCode | undefined, route: DescribedRoute) => DescribedFailure;
  /** The name of the schema of those bodies. */
  readonly failureSchema: string;
}
