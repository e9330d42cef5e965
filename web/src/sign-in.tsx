import type { InputHTMLAttributes } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { answerOf, ask, Refused, send, told } from "./api.ts";
import type { Session } from "./session.ts";

const WAYS = { login: "Username", token: "Access token", key: "API key" } as const;
type Way = keyof typeof WAYS;

const isWay = (text: string): text is Way => Object.hasOwn(WAYS, text);

const REFUSED: Readonly<Record<Way, string>> = {
  login: "This username and password don't belong together. Check both for typing mistakes.",
  token: "This token is not known for this user, or was revoked. Check both for typing mistakes.",
  key: "This key is not known, or was revoked. Check it for typing mistakes.",
};

const FORBIDDEN =
  "This may not read the statistics. Ask for the permission view-statistics or the scope statistics:read.";

/** The first workspace there is, for an operator, whose key is for all of them. */
const withWorkspace = async (session: Session): Promise<Session> => {
  const { workspaces } = await ask<{ workspaces: readonly { readonly id: string }[] }>(session, "/v1/workspaces");
  const first = workspaces[0]?.id;
  if (first === undefined || session.kind !== "key")
    throw new Refused(404, "There is no workspace yet. Make one with tidemark workspaces create, then sign in.");
  return { ...session, workspace: first };
};

/** A session that reads the statistics. @throws Refused. */
const proven = async (session: Session): Promise<Session> => {
  try {
    await send(session, "GET", "/v1/statistics");
    return session;
  } catch (failure) {
    if (failure instanceof Refused && failure.slug === "workspace-not-chosen") return withWorkspace(session);
    throw failure;
  }
};

const sessionOf = async (way: Way, fields: FormData): Promise<Session> => {
  const field = (name: string): string => {
    const value = fields.get(name);
    return typeof value === "string" ? value : "";
  };
  if (way === "key") return proven({ kind: "key", key: field("key").trim() });
  if (way === "token")
    return proven({
      kind: "user",
      isLogin: false,
      authToken: field("token").trim(),
      userId: field("userId").trim(),
    });
  const answer = await send(undefined, "POST", "/api/v1/login", {
    user: field("user").trim(),
    password: field("password"),
  });
  const { data } = await answerOf<{ readonly data: { readonly userId: string; readonly authToken: string } }>(answer);
  return proven({ kind: "user", isLogin: true, ...data });
};

const messageOf = (way: Way, failure: unknown): string => {
  if (!(failure instanceof Refused)) return told(failure);
  if (failure.status === 401) return REFUSED[way];
  return failure.status === 403 ? FORBIDDEN : failure.message;
};

const Field = ({ label, ...input }: { readonly label: string } & InputHTMLAttributes) => (
  <label>
    {label}
    <input required autocapitalize="off" spellcheck={false} {...input} />
  </label>
);

const Fields = ({ way }: { readonly way: Way }) =>
  way === "login" ? (
    <>
      <Field label="Username" name="user" autocomplete="username" key="user" />
      <Field label="Password" name="password" type="password" autocomplete="current-password" key="password" />
    </>
  ) : way === "token" ? (
    <>
      <Field label="User ID" name="userId" autocomplete="off" key="userId" />
      <Field label="Personal access token" name="token" type="password" autocomplete="off" key="token" />
    </>
  ) : (
    <Field label="API key" name="key" type="password" autocomplete="off" key="key" />
  );

/** Lets somebody in who has an account, a personal access token, or a key. */
export const SignIn = ({
  message,
  onEnter,
}: {
  readonly message: string;
  readonly onEnter: (session: Session) => void;
}) => {
  const [way, setWay] = useState<Way>("login");
  const [failure, setFailure] = useState(message);
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    document.title = "Sign in · Tidemark";
  }, []);
  const enter = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (form.current === null) return;
    setBusy(true);
    setFailure("");
    try {
      onEnter(await sessionOf(way, new FormData(form.current)));
    } catch (error) {
      setFailure(messageOf(way, error));
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <p class="brand">
        <img src="/icon.svg" alt="" width="28" height="28" /> <span>Tidemark</span>
      </p>
      <h1>Sign in</h1>
      <fieldset class="segments">
        <legend class="hidden">Sign in with</legend>
        {Object.entries(WAYS).map(([name, label]) => (
          <label key={name}>
            <input
              type="radio"
              name="way"
              checked={name === way}
              onChange={() => {
                if (isWay(name)) setWay(name);
                setFailure("");
              }}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <form ref={form} onSubmit={(event) => void enter(event)}>
        <Fields way={way} />
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? "Signing in…" : "Sign in"}
        </button>
        <p class="error" role="alert">
          {failure}
        </p>
      </form>
      <p class="hint">
        What you sign in with stays in this tab and is forgotten when the tab closes. On your own machine all of it is
        in <code>credentials.json</code>, in the data folder that the start named.
      </p>
    </main>
  );
};
