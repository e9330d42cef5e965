/** One question to a server that somebody else runs. */
export interface Question {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The operator has named this host: it may be asked by plain http and at a private address, of which http needs one. */
  readonly isNeighbour: boolean;
  readonly maxBytes: number;
}

/** Why a question has no answer that anybody should take. */
export type NoAnswer =
  | "not-public"
  | "not-secret"
  | "redirected"
  | "too-large"
  | "cut-off"
  | "timeout"
  | "certificate"
  | "unreachable";

/** What came of it; `why` is one sentence without anything that was sent. */
export type Reply =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly none: NoAnswer; readonly why: string };

/** Asks by GET. Never throws; bounded in time and bytes; follows redirects within one origin only. */
export type Ask = (question: Question) => Promise<Reply>;
