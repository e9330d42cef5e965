import { useState } from "preact/hooks";
import { answerOf, Refused, send, told } from "../api.ts";
import type { Asking } from "../asking.ts";
import type { Statistics } from "../documents.ts";
import { useLoaded } from "../loaded.ts";
import type { Session } from "../session.ts";

/** Statistics, and since when they have held by the reader's clock, which may differ from the server's. */
export interface Held {
  readonly statistics: Statistics;
  readonly since: number;
  readonly outcome: string;
}

/** What the reader is told about a refresh. */
const REFRESHED: Readonly<Record<string, (seconds: number) => string>> = {
  fresh: (seconds) => `Refreshed: these are the numbers of ${seconds} s ago.`,
  coalesced: (seconds) => `Refreshed together with another request, ${seconds} s ago.`,
  cooldown: (seconds) => `Not counted anew so soon after the last time: these numbers are ${seconds} s old.`,
};

const heldIn = async (response: Response): Promise<Held> => {
  const seconds = Number(response.headers.get("age") ?? 0);
  const tell = REFRESHED[response.headers.get("x-refresh-status") ?? ""];
  return {
    statistics: await answerOf<Statistics>(response),
    since: Date.now() - seconds * 1_000,
    outcome: tell?.(seconds) ?? "",
  };
};

const latest = async (session: Session): Promise<Held> => heldIn(await send(session, "GET", "/v1/statistics"));

/** The latest statistics, and how to have them counted anew. */
export const useStatistics = ({ session, notice }: Asking) => {
  const loaded = useLoaded("latest", () => latest(session), notice);
  const [anew, setAnew] = useState<Held>();
  const [isRefreshing, setRefreshing] = useState(false);
  const [failure, setFailure] = useState("");
  const refresh = async (): Promise<void> => {
    setRefreshing(true);
    setFailure("");
    try {
      setAnew(await heldIn(await send(session, "POST", "/v1/statistics/refresh")));
    } catch (error) {
      notice(error);
      const isForbidden = error instanceof Refused && error.status === 403;
      setFailure(isForbidden ? "You may read the statistics, but not have them counted anew." : told(error));
    } finally {
      setRefreshing(false);
    }
  };
  const shown = anew ?? loaded.value;
  return {
    shown,
    failure: failure === "" ? loaded.failure : failure,
    outcome: anew?.outcome ?? "",
    isRefreshing,
    refresh,
    reload: () => {
      setAnew(undefined);
      setFailure("");
      loaded.reload();
    },
  };
};
