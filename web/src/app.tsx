import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, Refused, send } from "./api.ts";
import { AskingContext } from "./asking.ts";
import type { Definition, Workspace } from "./documents.ts";
import { CompletenessView } from "./completeness/view.tsx";
import { InfoView } from "./info/view.tsx";
import { addressOf, usePlace, type View, VIEWS } from "./place.ts";
import { ReportsView } from "./reports/view.tsx";
import { keepSession, keptSession, type Session } from "./session.ts";
import { SettingsView } from "./settings/view.tsx";
import { SignIn } from "./sign-in.tsx";
import { TrendsView } from "./trends/view.tsx";

const NAMES: Readonly<Record<View, string>> = {
  info: "Info",
  trends: "Trends",
  reports: "Reports",
  completeness: "Completeness",
  settings: "Settings",
};

const SHOWN: Readonly<Record<View, ComponentType<{ readonly query: URLSearchParams }>>> = {
  info: InfoView,
  trends: TrendsView,
  reports: ReportsView,
  completeness: CompletenessView,
  settings: SettingsView,
};

const ENDED = "The session has ended: its key or token is no longer known, or has expired. Sign in again.";

/** What is the same for every view, asked for once. */
const useBackground = (session: Session, notice: (failure: unknown) => void) => {
  const [definitions, setDefinitions] = useState<ReadonlyMap<string, Definition>>(new Map());
  const [workspace, setWorkspace] = useState<Workspace | null | undefined>();
  const [others, setOthers] = useState<readonly string[]>([]);
  useEffect(() => {
    ask<{ statistics: readonly Definition[] }>(undefined, "/v1/definitions")
      .then(({ statistics }) => setDefinitions(new Map(statistics.map((one) => [one.name, one]))))
      .catch(() => undefined);
    ask<Workspace>(session, "/v1/workspace")
      .then(setWorkspace)
      .catch((failure: unknown) => {
        setWorkspace(null);
        notice(failure);
      });
    if (session.kind === "key" && session.workspace !== undefined)
      ask<{ workspaces: readonly { readonly id: string }[] }>(session, "/v1/workspaces")
        .then(({ workspaces }) => setOthers(workspaces.map(({ id }) => id)))
        .catch(() => undefined);
  }, [session]);
  return { definitions, isAdmin: workspace === undefined ? undefined : workspace !== null, others };
};

const Switcher = ({
  session,
  others,
  onChoose,
}: {
  readonly session: Session;
  readonly others: readonly string[];
  readonly onChoose: (workspace: string) => void;
}) =>
  session.kind !== "key" || others.length < 2 ? null : (
    <label class="switcher">
      <span class="hidden">Workspace</span>
      <select value={session.workspace} onChange={(event) => onChoose(event.currentTarget.value)}>
        {others.map((id) => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </select>
    </label>
  );

const Signed = ({
  session,
  onChoose,
  onEnd,
}: {
  readonly session: Session;
  readonly onChoose: (session: Session) => void;
  readonly onEnd: (message: string) => void;
}) => {
  const place = usePlace();
  const main = useRef<HTMLElement>(null);
  const notice = (failure: unknown): void => {
    if (failure instanceof Refused && failure.status === 401) onEnd(ENDED);
  };
  const { others, ...background } = useBackground(session, notice);
  useEffect(() => {
    document.title = `${NAMES[place.view]} · Tidemark`;
  }, [place.view]);
  const leave = (): void => {
    if (session.kind === "user" && session.isLogin) send(session, "POST", "/api/v1/logout").catch(() => undefined);
    onEnd("");
  };
  const isOperator = session.kind === "key" && session.workspace !== undefined;
  const enterWorkspace = (workspace: string | undefined): void => {
    if (session.kind !== "key") return;
    if (workspace === undefined) onEnd("The workspace has ended, and there is no other.");
    else onChoose({ ...session, workspace });
  };
  const View = SHOWN[place.view];
  return (
    <AskingContext.Provider value={{ session, notice, isOperator, enterWorkspace, ...background }}>
      <header>
        <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
          Skip to the statistics
        </a>
        <div class="bar">
          <p class="brand">
            <img src="/icon.svg" alt="" width="28" height="28" /> <span>Tidemark</span>
          </p>
          <nav aria-label="Views">
            {VIEWS.filter((view) => view !== "settings" || background.isAdmin === true).map((view) => (
              <a key={view} href={addressOf(view)} aria-current={view === place.view ? "page" : undefined}>
                {NAMES[view]}
              </a>
            ))}
          </nav>
          <div class="who">
            <Switcher session={session} others={others} onChoose={enterWorkspace} />
            <button type="button" class="quiet" onClick={leave}>
              Sign out
            </button>
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1} ref={main} key={session.kind === "key" ? session.workspace : ""}>
        <View query={place.query} />
      </main>
    </AskingContext.Provider>
  );
};

/** The page: signing in, and then its views. */
export const App = () => {
  const [session, setSession] = useState(keptSession);
  const [message, setMessage] = useState("");
  const enter = (next: Session): void => {
    keepSession(next);
    setSession(next);
  };
  const end = (why: string): void => {
    keepSession(undefined);
    setSession(undefined);
    setMessage(why);
  };
  return session === undefined ? (
    <SignIn message={message} onEnter={enter} />
  ) : (
    <Signed session={session} onChoose={enter} onEnd={end} />
  );
};
