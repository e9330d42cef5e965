import { useEffect, useRef, useState } from "preact/hooks";
import { useAsking } from "../asking.ts";
import { useLoaded } from "../loaded.ts";
import { addressOf } from "../place.ts";
import { useOutcome } from "./outcome.tsx";
import { readReport } from "./record.ts";
import { Saves } from "./saves.tsx";

/** Of standards mode from the first; what the report is comes once it is there. */
const EMPTY = "<!doctype html><title>…</title>";

/** The one style sheet of a report. */
const STYLE = /<style>([^<]*)<\/style>/;

/**
 * Shows a report in a frame that runs nothing. The page's own policy holds in there, and forbids styles that stand in
 * markup; so the report's is given to the frame as a style sheet made by this script.
 * @returns an end to the frame's following of the report's height.
 */
const fill = (frame: HTMLIFrameElement, html: string): (() => void) | undefined => {
  const inside = frame.contentDocument;
  const view = inside?.defaultView;
  if (inside === null || view === null || view === undefined) return undefined;
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(STYLE.exec(html)?.[1] ?? "");
  const report = new DOMParser().parseFromString(html.replace(STYLE, ""), "text/html");
  inside.replaceChild(inside.importNode(report.documentElement, true), inside.documentElement);
  inside.adoptedStyleSheets = [sheet];
  const follow = new ResizeObserver(() => {
    frame.style.height = `${inside.documentElement.offsetHeight + 2}px`;
  });
  follow.observe(inside.documentElement);
  return () => follow.disconnect();
};

const Frame = ({ id, html }: { readonly id: string; readonly html: string | undefined }) => {
  const frame = useRef<HTMLIFrameElement>(null);
  const [isReady, setReady] = useState(false);
  useEffect(
    () => (frame.current === null || !isReady || html === undefined ? undefined : fill(frame.current, html)),
    [html, isReady],
  );
  return (
    <iframe
      ref={frame}
      class="report-page"
      title={`Report ${id}`}
      sandbox="allow-same-origin"
      srcdoc={EMPTY}
      aria-busy={html === undefined}
      onLoad={() => setReady(true)}
    />
  );
};

/** One report as it was made. */
export const OneReport = ({ id }: { readonly id: string }) => {
  const { session, notice } = useAsking();
  const loaded = useLoaded(id, () => readReport(session, id, "html"), notice);
  const outcome = useOutcome();
  return (
    <>
      <div class="heading">
        <h1>Report</h1>
        <div class="actions">
          <a class="button" href={addressOf("reports")}>
            All reports
          </a>
          {loaded.value === undefined ? null : <Saves id={id} label={id} onOutcome={outcome.tell} />}
        </div>
      </div>
      {outcome.shown}
      {loaded.failure === undefined ? (
        <Frame key={id} id={id} html={loaded.value} />
      ) : (
        <p class="error" role="alert">
          {loaded.failure}{" "}
          <button type="button" class="quiet" onClick={loaded.reload}>
            Try again
          </button>
        </p>
      )}
    </>
  );
};
