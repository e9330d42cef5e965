import { useState } from "preact/hooks";
import { answerOf, ask, send, told } from "../api.ts";
import { useAsking } from "../asking.ts";
import { Dialog } from "../dialog.tsx";
import { save } from "../saving.ts";
import type { Session } from "../session.ts";

/** Where the rest is (RFC 8288). */
const nextOf = (link: string | null): string | undefined => /<([^>]+)>; rel="next"/.exec(link ?? "")?.[1];

/** The workspace and every snapshot of it, a line each. @throws Refused. */
const exported = async (session: Session, id: string): Promise<string> => {
  const pages: string[] = [];
  for (let path: string | undefined = `/v1/workspaces/${id}/export`; path !== undefined;) {
    const answer: Response = await send(session, "GET", path);
    pages.push(await answer.text());
    path = nextOf(answer.headers.get("link"));
  }
  return pages.join("");
};

/** Ends it, call after call until nothing remains, and says which workspace there still is. @throws Refused. */
const ended = async (session: Session, id: string): Promise<string | undefined> => {
  for (let remaining = true; remaining;) {
    const answer = await send(
      session,
      "DELETE",
      `/v1/workspaces/${id}?${new URLSearchParams({ confirm: id }).toString()}`,
    );
    ({ remaining } = await answerOf<{ readonly remaining: boolean }>(answer));
  }
  const { workspaces } = await ask<{ readonly workspaces: readonly { readonly id: string }[] }>(
    session,
    "/v1/workspaces",
  );
  return workspaces.find((one) => one.id !== id)?.id;
};

const EndDialog = ({ id, onClose }: { readonly id: string; readonly onClose: () => void }) => {
  const { session, notice, enterWorkspace } = useAsking();
  const [typed, setTyped] = useState("");
  const [outcome, setOutcome] = useState("");
  const [isBusy, setBusy] = useState(false);
  const attempt = async (run: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setOutcome("");
    try {
      await run();
    } catch (failure) {
      notice(failure);
      setOutcome(told(failure));
    } finally {
      setBusy(false);
    }
  };
  const saveAll = (): Promise<void> =>
    attempt(async () => {
      save(`${id}.ndjson`, "application/x-ndjson", await exported(session, id));
      setOutcome(`Saved as ${id}.ndjson.`);
    });
  const end = (): Promise<void> => attempt(async () => enterWorkspace(await ended(session, id)));
  return (
    <Dialog title="End this workspace?" onClose={onClose}>
      <p>
        Nothing is counted, served or closed for {id} any more, its keys and users end, and what is kept of its people
        is removed. What was published stays in the archive. This can't be undone.
      </p>
      <div class="actions">
        <button type="button" disabled={isBusy} onClick={() => void saveAll()}>
          Save an export first
        </button>
      </div>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void end();
        }}
      >
        <label>
          Its ID, to end it
          <input
            value={typed}
            autocapitalize="off"
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <p role="status" class="outcome">
          {outcome}
        </p>
        <div class="actions end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="danger" disabled={isBusy || typed !== id}>
            End the workspace
          </button>
        </div>
      </form>
    </Dialog>
  );
};

/** For operators: the end of a workspace. */
export const Ending = ({ id }: { readonly id: string }) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="risky" onClick={() => setOpen(true)}>
        End the workspace
      </button>
      {isOpen ? <EndDialog id={id} onClose={() => setOpen(false)} /> : null}
    </>
  );
};
