import { type Api, ApiFailure, ask } from "./api.ts";

/**
 * Opens an import, or takes up the one that is open already: batches are counted once, so going on with it is safe.
 * @returns its id; undefined when hours are closed, that is, when the past is settled.
 * @throws ApiFailure, Unreachable.
 */
export const openOrResume = async (api: Api): Promise<string | undefined> => {
  try {
    return (await ask<{ id: string }>(api, "POST", "/v1/imports", { headers: JSON_BODY, body: "{}" })).id;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    const { import: open } = error.problem;
    if (error.slug === "import-open" && typeof open === "string") return open;
    if (error.slug === "import-not-empty") return undefined;
    throw error;
  }
};

const JSON_BODY = { "content-type": "application/json" };

/**
 * Finishes an import: its hours close, slice by slice.
 * @param through name of the last hour (`2026-11-21T09`); by default that of the last imported event.
 * @returns how many hours it closed.
 * @throws ApiFailure, Unreachable.
 */
export const finish = async (
  api: Api,
  id: string,
  through?: string,
  onProgress?: (closed: number, remaining: number) => void,
): Promise<number> => {
  let closed = 0;
  for (;;) {
    const answer = await ask<{ hours: number; remaining: number }>(
      api,
      "POST",
      `/v1/imports/${encodeURIComponent(id)}/finish`,
      {
        headers: JSON_BODY,
        body: JSON.stringify(through === undefined ? {} : { through }),
      },
    );
    closed += answer.hours;
    onProgress?.(closed, answer.remaining);
    if (answer.remaining === 0) return closed;
  }
};
