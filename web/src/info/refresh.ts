import { ask, Refused, send } from "../api.ts";
import type { Statistics } from "../documents.ts";
import { useState } from "preact/hooks";
import { told } from "../api.ts";
import type { Asking } from "../asking.ts";
import { useLoaded } from "../loaded.ts";

/** What the reader is told about a refresh. */
const REFRESHED: Readonly<Record<string, (seconds: number) => string>> = {
  fresh: (seconds) => `Refreshed: these are the numbers of ${seconds} s ago.`,
  coalesced: (seconds) => `Refreshed together with another request, ${seconds} s ago.`,
  cooldown: (seconds) => `Not counted anew so soon after the last time: these numbers are ${seconds} s old.`,
};

/** The latest statistics, and how to have them counted anew. */
export const useStatistics = ({ session, notice }: Asking) => {
  const loaded = useLoaded("latest", () => ask<Statistics>(session, "/v1/statistics"), notice);
  const [anew, setAnew] = useState<Statistics>();
  const [isRefreshing, setRefreshing] = useState(false);
  const [outcome, setOutcome] = useState("");
  const [failure, setFailure] = useState("");
  const refresh = async (): Promise<void> => {
    setRefreshing(true);
    setOutcome("");
    setFailure("");
    try {
      const response = await send(session, "POST", "/v1/statistics/refresh");
      setAnew((await response.json()) as Statistics);
      const tell = REFRESHED[response.headers.get("x-refresh-status") ?? ""] ?? REFRESHED["fresh"];
      setOutcome(tell?.(Number(response.headers.get("age") ?? 0)) ?? "");
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
    outcome,
    isRefreshing,
    refresh,
    reload: () => {
      setAnew(undefined);
      setFailure("");
      loaded.reload();
    },
  };
};
