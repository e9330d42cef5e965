/** One question to a server that somebody else runs. */
export interface Question {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The operator has named this host: it may be asked by plain http and at a private address, of which http needs one. */
  readonly isNeighbour: boolean;
  readonly maxBytes: number;
  /** What is posted; without it the question is a GET. Nothing that was posted is redirected. */
  readonly post?: string | undefined;
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

/** Asks by GET, or by POST where there is something to post. Never throws; bounded in time and bytes; follows redirects within one origin only. */
export type Ask = (question: Question) => Promise<Reply>;
