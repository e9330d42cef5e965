import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Definition } from "./documents.ts";
import type { Session } from "./session.ts";

/** What every view needs to ask the server. */
export interface Asking {
  readonly session: Session;
  /** Whether the reader may change settings; undefined while that is not known. */
  readonly isAdmin: boolean | undefined;
  /** Whether the reader's key is for every workspace. */
  readonly isOperator: boolean;
  /** Shows another workspace; without one, there is none left. For operators. */
  readonly enterWorkspace: (id: string | undefined) => void;
  readonly definitions: ReadonlyMap<string, Definition>;
  /** Ends a session that the server no longer knows; anything else is for the view to tell. */
  readonly notice: (failure: unknown) => void;
}

/** Given to every view once somebody is signed in. */
export const AskingContext = createContext<Asking | undefined>(undefined);

/** What the view asks with. */
export const useAsking = (): Asking => {
  const asking = useContext(AskingContext);
  if (asking === undefined) throw new Error("nobody is signed in here");
  return asking;
};
