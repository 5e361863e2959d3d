import type { TaskCounts } from "../api/types";
import { tasksAddress } from "../app/addresses";
import { Link } from "../app/Link";

const STATUSES = [
  ["completed", "Completed", "ok"],
  ["pending", "Pending", "accent"],
  ["error", "Error", "bad"],
  ["canceled", "Canceled", ""],
] as const;

export function total(tasks: TaskCounts): number {
  return tasks.pending + tasks.completed + tasks.error + tasks.canceled;
}

/** How far tasks are: a part of the bar for each status. */
export function TaskBar({ tasks }: { readonly tasks: TaskCounts }) {
  const all = total(tasks);
  const words = STATUSES.map(([name, word]) => `${tasks[name]} ${word.toLowerCase()}`);
  return (
    <div className="task-bar" role="img" aria-label={all === 0 ? "No tasks" : words.join(", ")}>
      {STATUSES.map(
        ([name, , tone]) =>
          tasks[name] > 0 && (
            <div key={name} className={tone} style={{ flexGrow: tasks[name] }} />
          ),
      )}
    </div>
  );
}

interface LegendProps {
  readonly tasks: TaskCounts;
  /** Of which tasks the list is that a number leads to. */
  readonly of: Readonly<Record<string, string>>;
}

/** The numbers of the bar; each leads to its tasks. */
export function TaskLegend({ tasks, of }: LegendProps) {
  return (
    <ul className="task-legend">
      {STATUSES.map(([name, word, tone]) => (
        <li key={name}>
          <span className={`swatch ${tone}`} aria-hidden />
          <Link to={tasksAddress({ ...of, status: name })}>
            {word} <span className="numbers">{tasks[name]}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The bar and how many are done, in a cell of a table. */
export function TaskCell({ tasks }: { readonly tasks: TaskCounts }) {
  const all = total(tasks);
  if (all === 0) return <span className="faint">No tasks</span>;
  return (
    <div className="task-cell">
      <TaskBar tasks={tasks} />
      <span className="numbers muted">
        {tasks.completed} of {all} done
        {tasks.error > 0 && <span className="bad-text"> · {tasks.error} in error</span>}
      </span>
    </div>
  );
}
