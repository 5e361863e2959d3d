/** What the pages of queue and review share: the next task, what waits, what is at hand. */

import { giveBack, type Kind } from "../api/queue";
import type { Held, Waiting } from "../api/types";
import { ago, fullDate } from "../app/dates";
import { Link } from "../app/Link";
import { openNext } from "../app/nextTask";
import { useAsking } from "../app/useAsking";
import { Problem } from "./Problem";

const NO_ANSWER = "The server did not answer.";

interface NextProps {
  readonly kind: Kind;
  readonly waiting: readonly Waiting[];
}

/** The one button that matters; what it would give stands below. */
export function NextTask({ kind, waiting }: NextProps) {
  const { asking, problem, ask } = useAsking(NO_ANSWER);
  const total = waiting.reduce((sum, one) => sum + one.tasks, 0);
  const next = () =>
    ask(async () => {
      const isOpened = await openNext(kind);
      if (!isOpened) throw new Error("Somebody was faster: nothing waits for you now.");
    });
  return (
    <section className="card">
      <header>
        <h2>
          {total === 0 ? "Nothing waits for you" : `${total} ${total === 1 ? "task waits" : "tasks wait"}`}
        </h2>
        <button
          type="button"
          className="button primary"
          disabled={asking || total === 0}
          onClick={() => void next()}
        >
          {kind === "label" ? "Next task" : "Review next"}
        </button>
      </header>
      {problem !== null && (
        <p role="alert" className="note warn">
          {problem}
        </p>
      )}
      {total === 0 ? (
        <p className="card-body muted">
          {kind === "label"
            ? "New tasks appear here as soon as their scenes are read. This page looks by itself."
            : "Work appears here when it is submitted in a project that is reviewed. Your own is left to others."}
        </p>
      ) : (
        <WaitingTable waiting={waiting} />
      )}
    </section>
  );
}

function WaitingTable({ waiting }: { readonly waiting: readonly Waiting[] }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Project</th>
          <th scope="col">Batch</th>
          <th scope="col">Waiting</th>
        </tr>
      </thead>
      <tbody>
        {waiting.map(({ project, batch, tasks }) => (
          <tr key={`${project ?? ""}\n${batch ?? ""}`}>
            <td className="cut">{project ?? <span className="faint">no project</span>}</td>
            <td className="cut">{batch ?? <span className="faint">–</span>}</td>
            <td className="numbers">{tasks}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface AtHandProps {
  readonly held: readonly Held[];
  readonly onChanged: () => void;
}

/** Begun or given, and not handed in; with the reason when it came back. */
export function AtHand({ held, onChanged }: AtHandProps) {
  if (held.length === 0) return null;
  return (
    <section className="card">
      <header>
        <h2>With you</h2>
      </header>
      <table className="table wrap at-hand">
        <thead>
          <tr>
            <th scope="col">Task</th>
            <th scope="col">Project</th>
            <th scope="col">Since</th>
            <th scope="col">
              <span className="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {held.map((one) => (
            <HeldRow key={one.task_id} held={one} onChanged={onChanged} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface HeldRowProps {
  readonly held: Held;
  readonly onChanged: () => void;
}

function HeldRow({ held, onChanged }: HeldRowProps) {
  const { problem, ask } = useAsking(NO_ANSWER);
  const isFix = held.kind === "fix";
  const back = () =>
    ask(async () => {
      await giveBack(held.task_id);
      onChanged();
    });
  return (
    <tr>
      <td>
        <Link to={`/tasks/${held.task_id}`} className="mono">
          {held.unique_id ?? held.task_id}
        </Link>
        {isFix && <span className="muted"> · a fix of delivered work</span>}
        {held.comment !== null && <p className="note warn">Returned: {held.comment}</p>}
        <Problem sentence={problem} />
      </td>
      <td>
        {held.project ?? <span className="faint">no project</span>}
        {held.batch !== null && <span className="muted"> · {held.batch}</span>}
      </td>
      <td className="muted" title={fullDate(held.since)}>
        {ago(held.since)}
      </td>
      <td className="actions">
        {!isFix && (
          <button
            type="button"
            className="button small quiet"
            title="Whoever comes next may go on with it; its labels stay"
            onClick={() => void back()}
          >
            Give back
          </button>
        )}
        <Link to={`/tasks/${held.task_id}/work`} className="button small">
          Continue
        </Link>
      </td>
    </tr>
  );
}
