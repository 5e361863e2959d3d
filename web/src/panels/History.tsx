import { useEffect, useMemo, useState } from "react";
import type { LoggedTransaction } from "../api/types";
import { historyBefore } from "../api/work";
import { ago, exactDate, fullDate, timeOfDay } from "../app/dates";
import { describe } from "../app/editor/describe";
import {
  backToPresent,
  lookAtRevision,
  restoreRevision,
  type Sitting,
  sittings,
  summaryOf,
} from "../app/editor/history";
import { useDocument, useEditor, useStatus, useView } from "./useEditor";

const SETTLED_MS = 600;

/** Who changed what and when; any earlier revision can be looked at and made the present again. */
export function History() {
  const { log, more, problem, older } = useLog();
  const groups = useMemo(() => sittings(log), [log]);
  const revision = useView((view) => view.revision);
  return (
    <aside className="history" aria-label="History">
      {revision !== null && <Revision seq={revision} log={log} />}
      {problem !== null && (
        <p role="alert" className="note bad">
          {problem}
        </p>
      )}
      {groups.length === 0 && problem === null && <p className="muted">Nothing was edited yet.</p>}
      <ol className="sittings">
        {groups.map((sitting) => (
          <SittingRow key={sitting.edits.at(-1)?.seq} sitting={sitting} />
        ))}
      </ol>
      {more && (
        <button type="button" className="button small" onClick={older}>
          Older edits
        </button>
      )}
    </aside>
  );
}

/** The log from the newest on, as far as it was asked for; it follows what is edited. */
function useLog() {
  const { editor } = useEditor();
  const { taskId, store } = editor.task;
  useDocument();
  const { seq } = store;
  const [log, setLog] = useState<readonly LoggedTransaction[]>([]);
  const [more, setMore] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const failed = (error: unknown) =>
    setProblem(error instanceof Error ? error.message : "The history cannot be read.");

  useEffect(() => {
    const timer = setTimeout(() => {
      historyBefore(taskId, null)
        .then((page) => {
          setProblem(null);
          setLog((known) => joined(page.transactions, known));
          setMore((was) => was || page.more);
        })
        .catch(failed);
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [taskId, seq]);

  const older = () => {
    historyBefore(taskId, log.at(-1)?.seq ?? null)
      .then((page) => {
        setLog((known) => [...known, ...page.transactions]);
        setMore(page.more);
      })
      .catch(failed);
  };
  return { log, more: more && (log.at(-1)?.seq ?? 1) > 1, problem, older };
}

/** The newest page and what was known before it; only the page when there is a gap between. */
function joined(
  page: readonly LoggedTransaction[],
  known: readonly LoggedTransaction[],
): readonly LoggedTransaction[] {
  const last = page.at(-1)?.seq ?? 0;
  const rest = known.filter((one) => one.seq < last);
  return rest.length > 0 && rest[0]?.seq !== last - 1 ? page : [...page, ...rest];
}

function Revision({ seq, log }: { readonly seq: number; readonly log: readonly LoggedTransaction[] }) {
  const { editor } = useEditor();
  const editing = useStatus((status) => status.editing);
  const last = log.find((one) => one.seq === seq);
  return (
    <div role="status" className="note warn revision">
      <span>
        You look at the labels as they were
        {last === undefined ? ` after edit ${seq}` : ` on ${fullDate(last.at)}`}. Nothing can be
        changed here.
        {!editing && " To restore them you must be the one who edits the task."}
      </span>
      <span className="filters">
        <button
          type="button"
          className="button small primary"
          disabled={!editing}
          onClick={() => restoreRevision(editor)}
        >
          Restore these labels
        </button>
        <button type="button" className="button small" onClick={() => backToPresent(editor)}>
          Back to the present
        </button>
      </span>
    </div>
  );
}

function SittingRow({ sitting: { actor, edits } }: { readonly sitting: Sitting }) {
  const [open, setOpen] = useState(false);
  const [newest] = edits;
  if (newest === undefined) return null;
  return (
    <li className="sitting">
      <div className="part-head">
        <span className="grow cut" title={actor}>
          <strong>{actor}</strong>
        </span>
        <span className="faint" title={exactDate(newest.at)}>
          {ago(newest.at)}
        </span>
      </div>
      <p className="muted">{summaryOf(edits)}</p>
      <div className="filters">
        <LookButton seq={newest.seq} />
        <button
          type="button"
          className="button small quiet"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {edits.length === 1 ? "1 edit" : `${edits.length} edits`}
        </button>
      </div>
      {open && (
        <ol className="edits">
          {edits.map((edit) => (
            <EditRow key={edit.seq} edit={edit} />
          ))}
        </ol>
      )}
    </li>
  );
}

function EditRow({ edit }: { readonly edit: LoggedTransaction }) {
  const { editor } = useEditor();
  return (
    <li className="edit">
      <span className="grow">
        {describe(editor, edit)}
        <span className="faint edit-when" title={exactDate(edit.at)}>
          {timeOfDay(edit.at)}
        </span>
      </span>
      <LookButton seq={edit.seq} />
    </li>
  );
}

function LookButton({ seq }: { readonly seq: number }) {
  const { editor } = useEditor();
  const isShown = useView((view) => view.revision === seq);
  const [problem, setProblem] = useState<string | null>(null);
  const look = () => {
    lookAtRevision(editor, seq)
      .then(() => setProblem(null))
      .catch((error: unknown) =>
        setProblem(error instanceof Error ? error.message : "It cannot be read."),
      );
  };
  return (
    <>
      <button type="button" className="button small" aria-pressed={isShown} onClick={look}>
        View
      </button>
      {problem !== null && <span role="alert">{problem}</span>}
    </>
  );
}
