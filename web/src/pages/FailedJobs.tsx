import { deadLetters, retryDeadLetter } from "../api/tasks";
import type { DeadLetter } from "../api/types";
import { ago, fullDate } from "../app/dates";
import { Link } from "../app/Link";
import { useLocation } from "../app/router";
import { useLoaded } from "../app/useLoaded";
import { NotThere, Problem } from "./Problem";
import { useAsking } from "../app/useAsking";

const POLL_ms = 15_000;

/** What a job does, in a manager's words; a job of a later version is shown by its name. */
const WORK: Readonly<Record<string, string>> = {
  "tasks.ingest": "Plan the frames",
  "tasks.ingest_scene_file": "Read a scene file",
  "tasks.ingest_frame": "Read a frame",
  "tasks.settle_ingest": "Put the scene together",
  "tasks.check_scene": "Look for what is wrong with the scene",
  "labeling.deliver": "Deliver the annotations",
  "callbacks.attempt": "Send a callback",
};

/** Jobs that failed for good, for managers: why, and once more. */
export function FailedJobs() {
  const { query } = useLocation();
  const [loaded, reload] = useLoaded(
    query.get("mode") ?? "",
    (signal) => deadLetters({ signal }),
    () => POLL_ms,
  );
  return (
    <div className="page">
      <div className="page-head">
        <h1>Failed jobs</h1>
      </div>
      <NotThere loaded={loaded} />
      {loaded.kind === "there" &&
        (loaded.value.dead_letters.length === 0 ? (
          <div className="card empty">
            <h2>Nothing has failed for good.</h2>
            <p>Jobs that fail are tried again by themselves; those that never succeed end here.</p>
          </div>
        ) : (
          <JobTable letters={loaded.value.dead_letters} onRetried={reload} />
        ))}
    </div>
  );
}

interface JobTableProps {
  readonly letters: readonly DeadLetter[];
  readonly onRetried: () => void;
}

function JobTable({ letters, onRetried }: JobTableProps) {
  return (
    <div className="card">
      <table className="table wrap job-table">
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">Cause</th>
            <th scope="col" className="narrow">
              Attempts
            </th>
            <th scope="col">Given up</th>
            <th scope="col">
              <span className="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {letters.map((letter) => (
            <JobRow key={letter.dead_letter_id} letter={letter} onRetried={onRetried} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface JobRowProps {
  readonly letter: DeadLetter;
  readonly onRetried: () => void;
}

function JobRow({ letter, onRetried }: JobRowProps) {
  const { task_id: taskId, frame_index: frame } = letter.args;
  return (
    <tr>
      <td>
        <div title={letter.job_name}>
          {WORK[letter.job_name] ?? letter.job_name}
          {frame !== undefined && <span className="muted"> · frame {frame}</span>}
        </div>
        {taskId !== undefined && (
          <Link to={`/tasks/${taskId}`} className="mono">
            {taskId}
          </Link>
        )}
      </td>
      <td>{letter.cause}</td>
      <td className="numbers">{letter.attempts}</td>
      <td className="muted" title={fullDate(letter.at)}>
        {ago(letter.at)}
      </td>
      <td className="actions">
        <Retry letter={letter} onRetried={onRetried} />
      </td>
    </tr>
  );
}

function Retry({ letter, onRetried }: JobRowProps) {
  const { asking, problem, ask } = useAsking("Trying again failed.");
  const retry = () =>
    ask(async () => {
      await retryDeadLetter(letter.dead_letter_id);
      onRetried();
    });
  if (letter.retried_at !== null) {
    return (
      <span className="muted" title={fullDate(letter.retried_at)}>
        Tried again {ago(letter.retried_at)}
      </span>
    );
  }
  if (!letter.can_retry) return <span className="muted">Ended the task in error</span>;
  return (
    <>
      <button type="button" className="button small" disabled={asking} onClick={() => void retry()}>
        Try again
      </button>
      <Problem sentence={problem} />
    </>
  );
}
