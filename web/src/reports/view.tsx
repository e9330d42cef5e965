import { useAsking } from "../asking.ts";
import { Mark } from "../info/row.tsx";
import { More } from "../more.tsx";
import { usePaged } from "../paged.ts";
import { addressOf } from "../place.ts";
import { instant } from "../times.ts";
import { count } from "../words.ts";
import { OneReport } from "./one.tsx";
import { useOutcome } from "./outcome.tsx";
import type { ReportRecord } from "./record.ts";
import { Saves } from "./saves.tsx";

const KINDS = { daily: "Daily", weekly: "Weekly", monthly: "Monthly" } as const;

const wholeness = ({ hours, wholeHours }: ReportRecord): string =>
  hours === wholeHours ? `All ${count(hours)} hours whole` : `${count(wholeHours)} of ${count(hours)} hours whole`;

const Report = ({
  report,
  onOutcome,
}: {
  readonly report: ReportRecord;
  readonly onOutcome: (words: string, isGood: boolean) => void;
}) => {
  const { id, kind, label, lead, madeAt, hours, wholeHours } = report;
  return (
    <li>
      <div>
        <strong>
          <a href={addressOf("reports", { report: id })}>{label}</a>
        </strong>
        <span>{lead}</span>
        <span class="subtle small">
          {KINDS[kind]}, made {instant(madeAt)}
        </span>
        <span class="small">
          <Mark isGood={hours === wholeHours} isCalm words={wholeness(report)} />
        </span>
      </div>
      <div class="actions">
        <Saves id={id} label={label} onOutcome={onOutcome} />
      </div>
    </li>
  );
};

const Nothing = () => {
  const { isAdmin } = useAsking();
  return (
    <p class="subtle">
      There is no report yet: the first is made when a day, a week or a month is over.
      {isAdmin === true ? (
        <>
          {" "}
          Which are made, and where they go: <a href={addressOf("settings", { part: "delivery" })}>Report delivery</a>.
        </>
      ) : null}
    </p>
  );
};

const AllReports = () => {
  const reports = usePaged<ReportRecord>("/v1/reports", "reports");
  const outcome = useOutcome();
  return (
    <>
      <div class="heading">
        <div>
          <h1>Reports</h1>
          <p class="subtle">Of days, weeks and months, as they were made.</p>
        </div>
      </div>
      <div role="alert">
        {reports.failure === undefined ? null : (
          <p class="error">
            {reports.failure}{" "}
            <button type="button" class="quiet" onClick={reports.reload}>
              Try again
            </button>
          </p>
        )}
      </div>
      {outcome.shown}
      {reports.members === undefined ? (
        reports.failure === undefined ? (
          <div class="card skeleton tall reports" aria-hidden="true" />
        ) : null
      ) : (
        <section class="card reports" aria-label="Reports" aria-busy={reports.isLoading}>
          {reports.members.length === 0 ? <Nothing /> : null}
          <ul class="items">
            {reports.members.map((report) => (
              <Report key={report.id} report={report} onOutcome={outcome.tell} />
            ))}
          </ul>
          <More paged={reports} />
        </section>
      )}
    </>
  );
};

/** Reports: all of them, or the one that the address names. */
export const ReportsView = ({ query }: { readonly query: URLSearchParams }) => {
  const id = query.get("report");
  return id === null ? <AllReports /> : <OneReport id={id} />;
};
