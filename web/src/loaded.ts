import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { told } from "./api.ts";

/** Something that was asked for: what came last stays while it is asked for again. */
export interface Loaded<T> {
  readonly value: T | undefined;
  readonly failure: string | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** Loads when `key` changes, and on request; an answer that was overtaken is dropped. */
export const useLoaded = <T>(key: string, load: () => Promise<T>, onFailure: (failure: unknown) => void): Loaded<T> => {
  const [state, setState] = useState<Omit<Loaded<T>, "reload">>({
    value: undefined,
    failure: undefined,
    isLoading: true,
  });
  const turn = useRef(0);
  const run = async (): Promise<void> => {
    const mine = ++turn.current;
    setState((before) => ({ ...before, isLoading: true }));
    try {
      const value = await load();
      if (mine === turn.current) setState({ value, failure: undefined, isLoading: false });
    } catch (failure) {
      if (mine !== turn.current) return;
      setState((before) => ({ value: before.value, failure: told(failure), isLoading: false }));
      onFailure(failure);
    }
  };
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    void latest.current();
    return () => {
      turn.current++;
    };
  }, [key]);
  const reload = useCallback(() => void latest.current(), []);
  return { ...state, reload };
};

/** The present, anew so many milliseconds later. */
export const useNow = (everyMs: number): number => {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
};
