import type { Dependence, DependentTask } from "../api/types";
import { Link } from "../app/Link";

interface Props {
  readonly dependence: Dependence;
}

/** The task that this one looks at, and those that are made of it; nothing for a task alone. */
export function DependenceCard({ dependence }: Props) {
  const { source_task_id: source, ordered, made } = dependence;
  if (source === null && ordered === 0) return null;
  return (
    <section className="card">
      <header>
        <h2>Connected tasks</h2>
      </header>
      <div className="card-body stack tight">
        {source !== null && (
          <p>
            Builds on the task <Link to={`/tasks/${source}`}>{source}</Link>
          </p>
        )}
        {ordered > 0 && made.length === 0 && <p className="muted">{awaited(dependence)}</p>}
      </div>
      {made.length > 0 && (
        <table className="table wrap">
          <thead>
            <tr>
              <th scope="col">Made of this task</th>
              <th scope="col">Type</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {made.map((one) => (
              <tr key={one.task_id}>
                <td>
                  {one.state === null ? (
                    one.task_id
                  ) : (
                    <Link to={`/tasks/${one.task_id}`}>{one.task_id}</Link>
                  )}
                </td>
                <td>{one.type}</td>
                <td>{stateOf(one)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function awaited({ ordered, require_audit: audited }: Dependence): string {
  const what = ordered === 1 ? "One task is" : `${ordered} tasks are`;
  const when = audited ? "completed and its audit accepts it" : "completed";
  return `${what} made of this one when it is ${when}.`;
}

function stateOf({ state, problem }: DependentTask): string {
  if (problem !== null) return `Not made: ${problem}`;
  return state === null ? "being made" : state.replace("_", " ");
}
