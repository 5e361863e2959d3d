import { useState } from "react";
import { labelAgain } from "../api/files";
import { taskDetail } from "../api/tasks";
import type { BadFrame, Me, TaskDetail } from "../api/types";
import { batchAddress, projectAddress } from "../app/addresses";
import { exactDate, fullDate } from "../app/dates";
import { Link } from "../app/Link";
import { navigate } from "../app/router";
import { useLoaded } from "../app/useLoaded";
import { Markdown } from "../panels/Markdown";
import { AfterDeliveryCard } from "./AfterDeliveryCard";
import { AssignCard } from "./AssignCard";
import { CallbackCard } from "./CallbackCard";
import { CopyText } from "./CopyText";
import { DependenceCard } from "./DependenceCard";
import { NoAnswerHint } from "./NoAnswerHint";
import { NotFound } from "./NotFound";
import { SceneCheckCard } from "./SceneCheckCard";
import { isIngesting, isOpen, isWithoutWorkstation, Progress, StatusPill } from "./status";

/** The events whose own word says too little; the others are shown as they are. */
const HAPPENED: Readonly<Record<string, string>> = {
  planned: "frames planned",
  ingested: "scene ready",
  unreadable: "error",
  started: "labeling started",
  finished: "delivered",
  approved: "accepted and delivered",
  recalled: "sent back to labeling",
  imported: "taken over from another account",
};

const SETTLED = new Set(["completed", "error", "canceled"]);

const WITH_PEOPLE = new Set(["ready", "in_progress", "in_review"]);

function pollAfter_ms(task: TaskDetail): number | null {
  if (isIngesting(task)) return 1_000;
  return SETTLED.has(task.state) ? null : 5_000;
}

interface Props {
  readonly taskId: string;
  readonly me: Me;
}

export function Task({ taskId, me }: Props) {
  const [loaded, reload] = useLoaded(taskId, (signal) => taskDetail(taskId, { signal }), pollAfter_ms);
  if (loaded.kind === "loading") return <p className="page muted">Loading…</p>;
  if (loaded.kind === "failed") {
    if (loaded.status === 404 || loaded.status === 400) return <NotFound what="This task" />;
    return (
      <div className="page">
        <p role="alert" className="note bad">
          {loaded.sentence}
        </p>
      </div>
    );
  }
  const task = loaded.value;
  return (
    <div className="page">
      {loaded.stale && <p className="note warn">The server cannot be reached; trying again.</p>}
      <TaskTitle task={task} me={me} />
      <div className="columns">
        <div className="stack">
          {isIngesting(task) && <IngestCard task={task} />}
          {isWithoutWorkstation(task) && <NoWorkstationCard task={task} />}
          {task.error !== null && (
            <ErrorCard sentence={task.error} frames={task.bad_frames} me={me} />
          )}
          {task.frames_total > 0 && !isIngesting(task) && task.error === null && (
            <SceneCheckCard
              taskId={task.task_id}
              isRead={task.frames_settled === task.frames_total}
              isOpen={isOpen(task)}
            />
          )}
          <DependenceCard dependence={task.dependence} />
          {task.response_url !== null && <ResponseCard url={task.response_url} />}
          {task.state === "completed" && me.role !== "labeler" && (
            <AfterDeliveryCard taskId={task.task_id} onChanged={reload} />
          )}
          {task.callback_url !== null && me.role === "manager" && (
            <CallbackCard taskId={task.task_id} callbackUrl={task.callback_url} />
          )}
          {task.instruction !== null && task.instruction !== "" && (
            <section className="card">
              <header>
                <h2>Instructions</h2>
              </header>
              <div className="card-body">
                <Markdown text={task.instruction} />
              </div>
            </section>
          )}
          {task.params !== null && <ParamsCard params={task.params} />}
        </div>
        <div className="stack">
          <Facts task={task} me={me} />
          {me.role === "manager" && WITH_PEOPLE.has(task.state) && task.has_workstation && (
            <AssignCard taskId={task.task_id} />
          )}
        </div>
      </div>
    </div>
  );
}

function TaskTitle({ task, me }: { readonly task: TaskDetail; readonly me: Me }) {
  const [problem, setProblem] = useState<string | null>(null);
  const again = async () => {
    try {
      navigate(`/tasks/${(await labelAgain(task.task_id)).task_id}`);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className="page-head">
      <h1 className="cut">{task.unique_id ?? task.task_id}</h1>
      <StatusPill task={task} />
      {me.role === "manager" && task.is_demo && SETTLED.has(task.state) && (
        <button type="button" className="button" onClick={() => void again()}>
          New demo task
        </button>
      )}
      {problem !== null && <span role="alert">{problem}</span>}
      {isOpen(task) && (
        <Link to={`/tasks/${task.task_id}/work`} className="button primary">
          {task.state === "ready" ? "Start labeling" : "Continue labeling"}
        </Link>
      )}
    </div>
  );
}

function IngestCard({ task }: { readonly task: TaskDetail }) {
  return (
    <section className="card">
      <header>
        <h2>Reading the files</h2>
      </header>
      <div className="card-body stack tight">
        <Progress task={task} />
        <p className="muted">
          Every frame and its images are fetched and checked.
          {task.has_workstation && " Labeling starts when all are in."}
        </p>
      </div>
    </section>
  );
}

function NoWorkstationCard({ task }: { readonly task: TaskDetail }) {
  return (
    <section className="card">
      <header>
        <h2>No workstation yet</h2>
      </header>
      <div className="card-body stack tight">
        <p>There is no workstation for tasks of type {task.type} yet.</p>
        <p className="muted">
          The task is kept as it was sent and stays pending until it is canceled.
          {task.frames_total > 0 && " All its frames were read."}
        </p>
      </div>
    </section>
  );
}

interface ErrorCardProps {
  readonly sentence: string;
  readonly frames: readonly BadFrame[];
  readonly me: Me;
}

function ErrorCard({ sentence, frames, me }: ErrorCardProps) {
  return (
    <section className="card">
      <header>
        <h2>What went wrong</h2>
        <span className="pill bad">
          {frames.length} {frames.length === 1 ? "bad frame" : "bad frames"}
        </span>
      </header>
      <div className="card-body stack tight">
        <p>{sentence}</p>
        {me.role === "manager" && (
          <NoAnswerHint asked={frames.map(({ url, status_code: status }) => ({ url, status }))} />
        )}
      </div>
      {frames.length > 0 && (
        <table className="table wrap frame-table">
          <thead>
            <tr>
              <th scope="col">Frame</th>
              <th scope="col">Problem</th>
              <th scope="col">File</th>
              <th scope="col" className="narrow">
                HTTP
              </th>
            </tr>
          </thead>
          <tbody>
            {frames.map((bad, row) => (
              <tr key={row}>
                <td>
                  Frame {bad.frame + 1} <span className="muted">(index {bad.frame})</span>
                </td>
                <td>{bad.message}</td>
                <td className="mono">{bad.url}</td>
                <td className="numbers">{bad.status_code ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function ResponseCard({ url }: { readonly url: string }) {
  return (
    <section className="card">
      <header>
        <h2>Response</h2>
        <a className="button small" href={url} target="_blank" rel="noopener noreferrer">
          Open file
        </a>
      </header>
      <div className="card-body stack tight">
        <p className="muted">
          One element per frame, in the order of the attachments. The address needs no key, so
          share it only with those who may read the labels.
        </p>
        <CopyText label="Address of the response" text={url} />
      </div>
    </section>
  );
}

function ParamsCard({ params }: { readonly params: unknown }) {
  return (
    <details className="card">
      <summary className="card-summary">Parameters</summary>
      <div className="card-body">
        <CopyText label="Parameters" text={JSON.stringify(params, null, 2)} />
      </div>
    </details>
  );
}

function Facts({ task, me }: { readonly task: TaskDetail; readonly me: Me }) {
  const facts: readonly (readonly [string, string | null, string?])[] = [
    ["Task id", task.task_id],
    ["Type", task.type],
    ["Project", task.project, projectAddress(task.project ?? "")],
    ["Batch", task.batch, batchAddress(task.batch ?? "")],
    ["Unique id", task.unique_id],
    ["Frames", task.frames_total === 0 ? null : String(task.frames_total)],
    ["Worked on by", SETTLED.has(task.state) ? null : task.lease_holder],
    ["Created", fullDate(task.created_at)],
    ["Completed", task.completed_at === null ? null : fullDate(task.completed_at)],
  ];
  return (
    <aside className="stack">
      <section className="card card-body">
        <dl className="facts">
          {facts.map(
            ([name, value, page]) =>
              value !== null && (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    {page !== undefined && me.role === "manager" ? (
                      <Link to={page}>{value}</Link>
                    ) : (
                      value
                    )}
                  </dd>
                </div>
              ),
          )}
        </dl>
      </section>
      <section className="card">
        <header>
          <h2>History</h2>
        </header>
        <ol className="card-body timeline-list">
          {task.events.map((event, row) => (
            <li key={row}>
              <time dateTime={event.at} title={event.at}>
                {exactDate(event.at)}
              </time>
              <span>{HAPPENED[event.event] ?? event.event}</span>
            </li>
          ))}
        </ol>
      </section>
    </aside>
  );
}
