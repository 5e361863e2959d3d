import { useState } from "react";
import { listTasks } from "../api/tasks";
import type { Me, TaskHead, TaskPage } from "../api/types";
import { batchAddress, projectAddress } from "../app/addresses";
import { ago, fullDate } from "../app/dates";
import { Link } from "../app/Link";
import type { PathFile } from "../app/newtask/dropped";
import { navigate, useLocation } from "../app/router";
import { useLoaded } from "../app/useLoaded";
import { EmptyTasks, FirstTask } from "./EmptyTasks";
import { NewTask } from "./NewTask";
import { isIngesting, isOpen, Progress, StatusPill } from "./status";
import { NotThere } from "./Problem";
import { Pager } from "./Pager";

const STATUSES = [
  ["all", "All"],
  ["pending", "Pending"],
  ["completed", "Completed"],
  ["error", "Error"],
  ["canceled", "Canceled"],
] as const;

/** Ingesting tasks move; the others are looked at again now and then. */
function pollAfter_ms(page: TaskPage): number {
  return page.tasks.some(isIngesting) ? 1_500 : 15_000;
}

/** Labelers come for what is left to do. */
function usualStatus(me: Me): string {
  return me.role === "labeler" ? "pending" : "all";
}

export function TaskList({ me }: { readonly me: Me }) {
  const { query } = useLocation();
  const status = query.get("status") ?? usualStatus(me);
  const project = query.get("project") ?? "";
  const batch = query.get("batch") ?? "";
  const [tokens, setTokens] = useState<readonly string[]>([]);
  const token = tokens.at(-1) ?? "";
  const [making, setMaking] = useState<{ readonly files: readonly PathFile[] | null } | null>(null);
  const onFiles = (files: readonly PathFile[]) => setMaking({ files });
  const key = `${query.get("mode") ?? ""}|${status}|${project}|${batch}|${token}`;
  const [loaded] = useLoaded(
    key,
    (signal) => listTasks(
        { status: status === "all" ? "" : status, project, batch, nextToken: token },
        { signal },
      ),
    pollAfter_ms,
  );

  const filter = (next: Record<string, string>) => {
    setTokens([]);
    const wanted = new URLSearchParams({ status, project, batch, ...next });
    for (const [name, value] of [...wanted]) if (value === "") wanted.delete(name);
    if (wanted.get("status") === usualStatus(me)) wanted.delete("status");
    navigate(wanted.size === 0 ? "/" : `/?${wanted.toString()}`);
  };

  return (
    <div className="page">
      <div className="page-head">
        <h1>Tasks</h1>
        <ProjectFilter key={project} project={project} onChange={(to) => filter({ project: to })} />
        {me.role === "manager" && (
          <button
            type="button"
            className="button primary"
            onClick={() => setMaking({ files: null })}
          >
            New task
          </button>
        )}
      </div>
      <div className="tabs" role="group" aria-label="Status">
        {STATUSES.map(([value, word]) => (
          <button
            key={value}
            type="button"
            className="button small"
            aria-pressed={status === value}
            title={value === "pending" ? "Not completed yet: ready, in progress or in review" : undefined}
            onClick={() => filter({ status: value })}
          >
            {word}
          </button>
        ))}
      </div>
      {batch !== "" && <BatchFilter me={me} batch={batch} onClear={() => filter({ batch: "" })} />}
      <NotThere loaded={loaded} />
      {loaded.kind === "there" && (
        <>
          {loaded.value.tasks.length === 0 ? (
            <EmptyTasks
              me={me}
              status={status}
              project={project}
              batch={batch}
              onFiles={onFiles}
            />
          ) : (
            <TaskTable
              me={me}
              page={loaded.value}
              isFirst={tokens.length === 0}
              onPrevious={() => setTokens(tokens.slice(0, -1))}
              onNext={(next) => setTokens([...tokens, next])}
            />
          )}
          {me.role === "manager" && status === "all" && project === "" && batch === "" &&
            hasOnlyTheDemo(loaded.value) && <FirstTask onFiles={onFiles} />}
        </>
      )}
      {making !== null && <NewTask dropped={making.files} onClose={() => setMaking(null)} />}
    </div>
  );
}

function hasOnlyTheDemo({ tasks, total }: TaskPage): boolean {
  return total > 0 && tasks.length === total && tasks.every((task) => task.is_demo);
}

interface ProjectFilterProps {
  readonly project: string;
  readonly onChange: (project: string) => void;
}

function ProjectFilter({ project, onChange }: ProjectFilterProps) {
  const [text, setText] = useState(project);
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(text.trim());
      }}
    >
      <input
        className="input"
        type="search"
        aria-label="Project"
        placeholder="Project (exact name)"
        title="Shows the tasks of the project with exactly this name"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          if (event.target.value === "") onChange("");
        }}
      />
      <button type="submit" className="button">
        Filter
      </button>
    </form>
  );
}

interface BatchFilterProps {
  readonly me: Me;
  readonly batch: string;
  readonly onClear: () => void;
}

function BatchFilter({ me, batch, onClear }: BatchFilterProps) {
  return (
    <p className="filter-shown">
      <span className="muted">Batch</span>
      {me.role === "manager" ? <Link to={batchAddress(batch)}>{batch}</Link> : batch}
      <button type="button" className="button quiet small" onClick={onClear}>
        Show all batches
      </button>
    </p>
  );
}

interface TaskTableProps {
  readonly me: Me;
  readonly page: TaskPage;
  readonly isFirst: boolean;
  readonly onPrevious: () => void;
  readonly onNext: (token: string) => void;
}

function TaskTable({ me, page, isFirst, onPrevious, onNext }: TaskTableProps) {
  return (
    <div className="card">
      <table className="table task-table">
        <thead>
          <tr>
            <th scope="col">Task</th>
            <th scope="col">Project</th>
            <th scope="col">Type</th>
            <th scope="col">Status</th>
            <th scope="col">Frames</th>
            <th scope="col">Created</th>
            <th scope="col">
              <span className="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {page.tasks.map((task) => (
            <TaskRow key={task.task_id} task={task} me={me} />
          ))}
        </tbody>
      </table>
      <Pager isFirst={isFirst} next={page.next_token} onPrevious={onPrevious} onNext={onNext}>
        <span className="muted numbers grow">
          {page.total} {page.total === 1 ? "task" : "tasks"}
        </span>
      </Pager>
    </div>
  );
}

function TaskRow({ task, me }: { readonly task: TaskHead; readonly me: Me }) {
  return (
    <tr className="row-link">
      <td className="cut">
        <Link to={`/tasks/${task.task_id}`} className="mono">
          {task.unique_id ?? task.task_id}
        </Link>
      </td>
      <td title={[task.project, task.batch].filter(Boolean).join(" · ")}>
        <Place task={task} me={me} />
      </td>
      <td className="cut muted">{task.type}</td>
      <td className="cut" title={task.lease_holder ?? undefined}>
        <StatusPill task={task} />
      </td>
      <td>
        <Progress task={task} />
      </td>
      <td className="muted" title={fullDate(task.created_at)}>
        {ago(task.created_at)}
      </td>
      <td className="actions">
        {isOpen(task) && (
          <Link to={`/tasks/${task.task_id}/work`} className="button small">
            {task.state === "ready" ? "Start labeling" : "Continue"}
          </Link>
        )}
      </td>
    </tr>
  );
}

/** Its project and batch; managers have pages of them. */
function Place({ task, me }: { readonly task: TaskHead; readonly me: Me }) {
  const { project, batch } = task;
  if (project === null) return <span className="faint">–</span>;
  const isManager = me.role === "manager";
  return (
    <>
      <div className="cut">
        {isManager ? <Link to={projectAddress(project)}>{project}</Link> : project}
      </div>
      {batch !== null && (
        <div className="cut small-line">
          {isManager ? <Link to={batchAddress(batch)}>{batch}</Link> : batch}
        </div>
      )}
    </>
  );
}
