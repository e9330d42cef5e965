import { useState } from "preact/hooks";
import { ask, told } from "../api.ts";
import { type Asking, useAsking } from "../asking.ts";
import type { Anomalies, Ledger, Statistics, Workspace } from "../documents.ts";
import { useLoaded, useNow } from "../loaded.ts";
import { addressOf } from "../place.ts";
import { save } from "../saving.ts";
import { clockTime, instant } from "../times.ts";
import { labelOf } from "../labels.ts";
import { age, reasonOf, stateOf, valueIn } from "../words.ts";
import { DeploymentCard } from "./deployment.tsx";
import { FederationCard } from "./federation.tsx";
import { LicenseCard } from "./license.tsx";
import { type Held, useStatistics } from "./refresh.ts";
import { UsageCard } from "./usage.tsx";

const AGE_STEP_MS = 5_000;

const ledgerOf = ({ status, reasons, coverage }: Ledger): string => {
  const why = reasons.map(reasonOf).join(", ");
  const heard = coverage === null ? "" : ` (heard in ${coverage.heardMinutes} of ${coverage.of} minutes)`;
  return `${stateOf(status)}${why === "" ? "" : `: ${why}`}${heard}`;
};

const Facts = ({ held: { statistics, since } }: { readonly held: Held }) => {
  const now = useNow(AGE_STEP_MS);
  return (
    <dl class="facts">
      <div>
        <dt>As of</dt>
        <dd>
          {instant(statistics.takenAt)} <span class="subtle">({age(since, now)})</span>
        </dd>
      </div>
      <div>
        <dt>Window</dt>
        <dd>
          {instant(statistics.window.start).replace(" UTC", "")} to {clockTime(statistics.window.end)}
        </dd>
      </div>
      <div>
        <dt>State</dt>
        <dd>{ledgerOf(statistics.ledger)}</dd>
      </div>
      <div>
        <dt>Next hour closes</dt>
        <dd>{instant(statistics.nextRunAt)}</dd>
      </div>
    </dl>
  );
};

const isUntouched = ({ users, messages, rooms }: Statistics): boolean =>
  [users["total"], messages["total"], rooms["total"]].every((value) => value === 0 || value === null);

const DayOne = ({ statistics }: { readonly statistics: Statistics }) => (
  <div class="note">
    <h2>Nothing has been counted yet</h2>
    <p>
      Your chat server sends events to <code>/v1/events</code>; a refresh shows them at once. The first hour closes at{" "}
      {clockTime(statistics.nextRunAt)}, and is kept from then on.
    </p>
  </div>
);

/** Numbers of the shown hour that are far from usual, with what is. */
const Unusual = ({ anomalies }: { readonly anomalies: NonNullable<Anomalies> }) => {
  const { definitions } = useAsking();
  return anomalies.length === 0 ? null : (
    <div class="note">
      <h2>Unusual in this hour</h2>
      <ul>
        {anomalies.map(({ statistic, value, low, high }) => {
          const { unit = "", ...definition } = definitions.get(statistic) ?? { name: statistic };
          const [least, most] = [low, high].map((end) => valueIn(unit, Math.round(end)));
          return (
            <li key={statistic}>
              <a href={addressOf("trends", { statistic, range: "7d" })}>{labelOf(definition)}</a>:{" "}
              {valueIn(unit, value)}, usually {least} to {most}
            </li>
          );
        })}
      </ul>
    </div>
  );
};

const Cards = ({
  statistics,
  current,
  onChanged,
}: {
  readonly statistics: Statistics;
  /** The workspace as it is set now, for those who may see it: a document tells what was so when it was made. */
  readonly current: Workspace | undefined;
  readonly onChanged: () => void;
}) => (
  <div class="cards">
    <div class="column">
      <DeploymentCard statistics={statistics} />
      <LicenseCard license={current === undefined ? statistics.license : current.license} onChanged={onChanged} />
    </div>
    <div class="column">
      <UsageCard statistics={statistics} />
      <FederationCard
        federation={current === undefined ? statistics.federation : current.federation}
        onChanged={onChanged}
      />
    </div>
  </div>
);

/** The Rocket.Chat rendering, as that page saves it. */
const useDownload =
  ({ session, notice }: Asking, tell: (message: string, isFailure: boolean) => void) =>
  async () => {
    try {
      const document = await ask<unknown>(session, "/api/v1/statistics");
      save("statistics.json", "application/json;charset=utf-8", `${JSON.stringify(document, null, 2)}\n`);
      tell("Saved as statistics.json.", false);
    } catch (failure) {
      notice(failure);
      tell(told(failure), true);
    }
  };

const Skeleton = () => (
  <div class="cards" aria-hidden="true">
    <div class="column">
      <div class="card skeleton tall" />
      <div class="card skeleton" />
    </div>
    <div class="card skeleton taller" />
  </div>
);

/** The workspace at a glance, as it is now. */
export const InfoView = () => {
  const asking = useAsking();
  const { shown, failure, outcome, isRefreshing, refresh, reload } = useStatistics(asking);
  const [saved, setSaved] = useState<{ readonly message: string; readonly isFailure: boolean }>();
  const current = useLoaded<Workspace | undefined>(
    `workspace ${String(asking.isAdmin)}`,
    async () => (asking.isAdmin === true ? ask<Workspace>(asking.session, "/v1/workspace") : undefined),
    asking.notice,
  );
  const download = useDownload(asking, (message, isFailure) => setSaved({ message, isFailure }));
  const problem = saved?.isFailure === true ? saved.message : failure;
  return (
    <>
      <div class="heading">
        <div>
          <h1>Info</h1>
          <p class="subtle">Workspace {current.value?.name ?? shown?.statistics.workspace ?? "…"}</p>
        </div>
        <div class="actions">
          <button type="button" disabled={shown === undefined} onClick={() => void download()}>
            Download Info
          </button>
          <button
            type="button"
            class="primary"
            aria-busy={isRefreshing}
            onClick={() => {
              setSaved(undefined);
              if (!isRefreshing) void refresh();
            }}
          >
            {isRefreshing ? "Refreshing…" : "Refresh"}
          </button>
        </div>
      </div>
      <p role="status" class="outcome">
        {isRefreshing ? "Counting anew…" : saved === undefined ? outcome : saved.isFailure ? "" : saved.message}
      </p>
      <div role="alert">
        {problem === undefined || problem === "" ? null : (
          <p class="error">
            {problem}{" "}
            <button type="button" class="quiet" onClick={reload}>
              Try again
            </button>
          </p>
        )}
      </div>
      {shown === undefined ? (
        failure === undefined ? (
          <Skeleton />
        ) : null
      ) : (
        <>
          <Facts held={shown} />
          {isUntouched(shown.statistics) ? <DayOne statistics={shown.statistics} /> : null}
          <Unusual anomalies={shown.statistics.anomalies ?? []} />
          <Cards statistics={shown.statistics} current={current.value} onChanged={current.reload} />
        </>
      )}
    </>
  );
};
