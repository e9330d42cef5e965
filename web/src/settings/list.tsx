import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { answerOf, ask, send, told } from "../api.ts";
import { useAsking } from "../asking.ts";
import { Confirm, SecretOnce } from "../dialog.tsx";
import { useLoaded } from "../loaded.ts";

/** A secret that an answer has shown, the only time it does. */
export interface Shown {
  readonly title: string;
  readonly secrets: readonly { readonly label: string; readonly value: string }[];
}

/** Something to be done once it is confirmed. */
export interface Doubtful {
  readonly title: string;
  readonly action: string;
  readonly words: string;
  readonly run: () => Promise<Shown | undefined>;
}

interface Page {
  readonly next?: string;
}

/** All members of a list, page after page. */
const readAll = async <T,>(
  read: (path: string) => Promise<Page>,
  path: string,
  member: string,
): Promise<readonly T[]> => {
  const all: T[] = [];
  for (let cursor: string | undefined = ""; cursor !== undefined;) {
    const page: Page = await read(cursor === "" ? path : `${path}?${new URLSearchParams({ cursor }).toString()}`);
    all.push(...((page as Readonly<Record<string, readonly T[] | undefined>>)[member] ?? []));
    cursor = page.next;
  }
  return all;
};

/** A list, and what can be done with it. */
export interface Managed<T> {
  readonly members: readonly T[] | undefined;
  readonly failure: string | undefined;
  /** Whether it went well; what it gives is shown, once. */
  readonly attempt: (run: () => Promise<Shown | undefined>) => Promise<boolean>;
  readonly ask: (doubt: Doubtful) => void;
  readonly post: <A>(to: string, body: object) => Promise<A>;
  readonly end: (of: string) => Promise<undefined>;
  readonly dialogs: ComponentChildren;
}

/** A list that somebody administers: what is in it, what goes wrong, and what is asked before something ends. */
export const useManaged = <T,>(path: string, member: string): Managed<T> => {
  const { session, notice } = useAsking();
  const loaded = useLoaded(path, () => readAll<T>((one) => ask<Page>(session, one), path, member), notice);
  const [failure, setFailure] = useState("");
  const [secret, setSecret] = useState<Shown>();
  const [doubt, setDoubt] = useState<Doubtful>();
  const attempt = async (run: () => Promise<Shown | undefined>): Promise<boolean> => {
    setFailure("");
    try {
      setSecret(await run());
      loaded.reload();
      return true;
    } catch (error) {
      notice(error);
      setFailure(told(error));
      return false;
    } finally {
      setDoubt(undefined);
    }
  };
  const post = async <A,>(to: string, body: object): Promise<A> => answerOf<A>(await send(session, "POST", to, body));
  const end = async (of: string): Promise<undefined> => {
    await send(session, "DELETE", of);
  };
  const dialogs = (
    <>
      {secret === undefined ? null : <SecretOnce {...secret} onClose={() => setSecret(undefined)} />}
      {doubt === undefined ? null : (
        <Confirm
          title={doubt.title}
          action={doubt.action}
          onYes={async () => void (await attempt(doubt.run))}
          onClose={() => setDoubt(undefined)}
        >
          <p>{doubt.words}</p>
        </Confirm>
      )}
    </>
  );
  return {
    members: loaded.value,
    failure: failure === "" ? loaded.failure : failure,
    attempt,
    ask: setDoubt,
    post,
    end,
    dialogs,
  };
};

/** A part of the settings. */
export const Part = ({
  title,
  failure,
  children,
}: {
  readonly title: string;
  readonly failure: string | undefined;
  readonly children: ComponentChildren;
}) => (
  <section class="card part">
    <h2>{title}</h2>
    <p class="error" role="alert">
      {failure}
    </p>
    {children}
  </section>
);

/** A form that makes something: cleared once it was made. */
export const MakeForm = ({
  title,
  action,
  onMake,
  children,
}: {
  readonly title: string;
  readonly action: string;
  readonly onMake: (fields: FormData) => Promise<boolean>;
  readonly children: ComponentChildren;
}) => {
  const make = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    if (form instanceof HTMLFormElement && (await onMake(new FormData(form)))) form.reset();
  };
  return (
    <details class="make">
      <summary>{title}</summary>
      <form class="form" onSubmit={(event) => void make(event)}>
        {children}
        <div class="actions">
          <button type="submit" class="primary">
            {action}
          </button>
        </div>
      </form>
    </details>
  );
};

/** Several things of which any may be chosen. */
export const Choices = ({
  legend,
  name,
  of,
  chosen,
}: {
  readonly legend: string;
  readonly name: string;
  readonly of: readonly string[];
  readonly chosen: readonly string[];
}) => (
  <fieldset class="choices">
    <legend>{legend}</legend>
    {of.map((one) => (
      <label class="check" key={one}>
        <input type="checkbox" name={name} value={one} defaultChecked={chosen.includes(one)} /> {one}
      </label>
    ))}
  </fieldset>
);

/** A row of a list: what it is, what it may, how it is used, and what can be done with it. */
export const Item = ({
  name,
  details,
  children,
}: {
  readonly name: string;
  readonly details: readonly string[];
  readonly children?: ComponentChildren;
}) => (
  <li>
    <div>
      <strong>{name}</strong>
      {details
        .filter((detail) => detail !== "")
        .map((detail) => (
          <span class="subtle small" key={detail}>
            {detail}
          </span>
        ))}
    </div>
    {children === undefined ? null : <div class="actions">{children}</div>}
  </li>
);
