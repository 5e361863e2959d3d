import type { TaskHead, TaskState } from "../api/types";

const SHOWN: Readonly<Record<TaskState, readonly [string, string]>> = {
  created: ["Created", ""],
  ingesting: ["Reading files", "accent"],
  ready: ["Ready", "accent"],
  in_progress: ["In progress", "warn"],
  in_review: ["In review", "warn"],
  completed: ["Completed", "ok"],
  error: ["Error", "bad"],
  canceled: ["Canceled", ""],
};

/** Nobody can work on it, and nothing more happens to it by itself. */
export function isWithoutWorkstation(task: TaskHead): boolean {
  return !task.has_workstation && (task.state === "created" || task.state === "ready");
}

export function StatusPill({ task }: { readonly task: TaskHead }) {
  const [word, tone] = isWithoutWorkstation(task) ? ["No workstation yet", ""] : SHOWN[task.state];
  return <span className={`pill ${tone}`}>{word}</span>;
}

export function isIngesting(task: TaskHead): boolean {
  return task.state === "ingesting" || (task.state === "created" && task.has_workstation);
}

export function isOpen(task: TaskHead): boolean {
  return task.has_workstation && (task.state === "ready" || task.state === "in_progress");
}

/** How many of the task's files are read. */
export function Progress({ task }: { readonly task: TaskHead }) {
  const { frames_settled: done, frames_total: total } = task;
  if (!isIngesting(task)) return <span className="numbers">{total === 0 ? "–" : total}</span>;
  const percent = total === 0 ? 0 : Math.round((100 * done) / total);
  return (
    <span className="progress-cell">
      <span
        className="progress"
        role="progressbar"
        aria-label="Frames read"
        aria-valuenow={done}
        aria-valuemin={0}
        aria-valuemax={total}
      >
        <div style={{ width: `${percent}%` }} />
      </span>
      <span className="numbers muted">
        {done}/{total}
      </span>
    </span>
  );
}
