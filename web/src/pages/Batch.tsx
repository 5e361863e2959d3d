import { useState } from "react";
import { archiveBatch, finalizeBatch, replaceMetadata, showBatch } from "../api/projects";
import type { BatchView } from "../api/types";
import { projectAddress, tasksAddress } from "../app/addresses";
import { parseTyped } from "../app/blame";
import { fullDate } from "../app/dates";
import { Link } from "../app/Link";
import { useLocation } from "../app/router";
import { useLoaded } from "../app/useLoaded";
import { BatchPlaceCard } from "./BatchPlace";
import { BatchPill } from "./Batches";
import { CopyText } from "./CopyText";
import { Confirm, FormDialog, saidOf, TextField, useSending } from "./Fields";
import { NotFound } from "./NotFound";
import { NotThere } from "./Problem";
import { TaskBar, TaskLegend, total } from "./TaskBar";

const POLL_MS = 10_000;

/** A batch, for managers: how far it is, when it is worked on and by whom. */
export function Batch({ name }: { readonly name: string }) {
  const { query } = useLocation();
  const [loaded, reload] = useLoaded(
    `${query.get("mode") ?? ""}|${name}`,
    (signal) => showBatch(name, { signal }),
    () => POLL_MS,
  );
  if (loaded.kind === "loading") return <p className="page muted">Loading…</p>;
  if (loaded.kind === "failed") {
    return loaded.status === 404 ? (
      <NotFound what="This batch" />
    ) : (
      <div className="page">
        <NotThere loaded={loaded} />
      </div>
    );
  }
  const batch = loaded.value;
  return (
    <div className="page">
      {loaded.stale && <p className="note warn">The server cannot be reached; trying again.</p>}
      <Title batch={batch} onChanged={reload} />
      <div className="columns">
        <div className="stack">
          <Tasks batch={batch} />
          <BatchPlaceCard
            // Whether it is pending decides what can be done with it.
            key={`${batch.status} ${String(batch.archived)}`}
            name={batch.name}
            project={batch.project}
          />
          <MetadataCard batch={batch} onChanged={reload} />
        </div>
        <Facts batch={batch} />
      </div>
    </div>
  );
}

interface Props {
  readonly batch: BatchView;
  readonly onChanged: () => void;
}

function Title({ batch, onChanged }: Props) {
  const [asking, setAsking] = useState<"finalize" | "archive" | null>(null);
  const done = () => setAsking(null);
  return (
    <div>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/projects">Projects</Link>
        <span aria-hidden>/</span>
        <Link to={projectAddress(batch.project)}>{batch.project}</Link>
      </nav>
      <div className="page-head">
        <h1 className="cut" title={batch.name}>
          {batch.name}
        </h1>
        <BatchPill batch={batch} />
        {batch.archived && <span className="pill">Archived</span>}
        <Link to={tasksAddress({ batch: batch.name })} className="button">
          Show tasks
        </Link>
        <button type="button" className="button" onClick={() => setAsking("archive")}>
          {batch.archived ? "Unarchive…" : "Archive…"}
        </button>
        {batch.status === "staging" && (
          <button type="button" className="button primary" onClick={() => setAsking("finalize")}>
            Finalize…
          </button>
        )}
      </div>
      {asking === "finalize" && <Finalize batch={batch} onChanged={onChanged} onClose={done} />}
      {asking === "archive" && (
        <Confirm
          title={`${batch.archived ? "Unarchive" : "Archive"} ${batch.name}?`}
          verb={batch.archived ? "Unarchive" : "Archive"}
          onConfirm={async () => {
            await archiveBatch(batch.name, !batch.archived);
            onChanged();
          }}
          onClose={done}
        >
          <p>
            {batch.archived
              ? "It is among the batches that wait again, in the place that it had."
              : "It leaves the order of batches; its tasks go on. It can be unarchived at any time."}
          </p>
        </Confirm>
      )}
    </div>
  );
}

function Finalize({ batch, onChanged, onClose }: Props & { readonly onClose: () => void }) {
  const all = total(batch.tasks);
  return (
    <Confirm
      title={`Finalize ${batch.name}?`}
      verb="Finalize"
      onConfirm={async () => {
        await finalizeBatch(batch.name);
        onChanged();
      }}
      onClose={onClose}
    >
      <p>
        It takes no more tasks after that, and this cannot be undone. It has{" "}
        {all === 0 ? "no tasks" : all === 1 ? "one task" : `${all} tasks`} now.
      </p>
      {all === 0 && (
        <p className="note warn">Without tasks it stays in progress for ever.</p>
      )}
      {all > 0 && batch.tasks.pending === 0 && (
        <p className="note">None of its tasks is pending: it is complete at once.</p>
      )}
    </Confirm>
  );
}

function Tasks({ batch }: { readonly batch: BatchView }) {
  const all = total(batch.tasks);
  return (
    <section className="card">
      <header>
        <h2>
          {all === 0 ? "No tasks yet" : `${batch.tasks.completed} of ${all} tasks completed`}
        </h2>
      </header>
      <div className="card-body stack tight">
        {all === 0 ? (
          <p className="muted">
            {batch.takes_tasks
              ? "Tasks come over the API, with “batch” set to this name."
              : "It was finalized without tasks, and takes none now."}
          </p>
        ) : (
          <>
            <TaskBar tasks={batch.tasks} />
            <TaskLegend tasks={batch.tasks} of={{ batch: batch.name }} />
          </>
        )}
      </div>
    </section>
  );
}

function Facts({ batch }: { readonly batch: BatchView }) {
  const facts: readonly (readonly [string, string | null])[] = [
    ["Created", fullDate(batch.created_at)],
    ["Completed", batch.completed_at === null ? null : fullDate(batch.completed_at)],
    ["Calibration batch", batch.calibration_batch ? "Yes" : "No"],
    ["Self-label batch", batch.self_label_batch ? "Yes" : "No"],
    ["Callback", batch.callback ?? "None"],
    ["Batch id", batch.batch_id],
  ];
  return (
    <section className="card card-body">
      <dl className="facts">
        <div>
          <dt>Project</dt>
          <dd>
            <Link to={projectAddress(batch.project)}>{batch.project}</Link>
          </dd>
        </div>
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}

function MetadataCard({ batch, onChanged }: Props) {
  const [editing, setEditing] = useState(false);
  const text = JSON.stringify(batch.metadata, null, 2);
  return (
    <section className="card">
      <header>
        <h2>Metadata</h2>
        <button type="button" className="button small" onClick={() => setEditing(true)}>
          Edit
        </button>
      </header>
      <div className="card-body">
        {text === "{}" ? (
          <p className="muted">None.</p>
        ) : (
          <CopyText label="Metadata" text={text} />
        )}
      </div>
      {editing && (
        <EditMetadata batch={batch} onChanged={onChanged} onClose={() => setEditing(false)} />
      )}
    </section>
  );
}

function EditMetadata({ batch, onChanged, onClose }: Props & { readonly onClose: () => void }) {
  const [text, setText] = useState(JSON.stringify(batch.metadata, null, 2));
  const [wrong, setWrong] = useState<string | null>(null);
  const sending = useSending(["metadata"]);
  const send = async () => {
    const parsed = parseTyped(text, "object");
    setWrong(parsed.kind === "wrong" ? parsed.sentence : null);
    if (parsed.kind === "wrong") return;
    if (!(await sending.send(() => replaceMetadata(batch.name, parsed.value)))) return;
    onChanged();
    onClose();
  };
  return (
    <FormDialog
      title={`Metadata of ${batch.name}`}
      size="medium"
      sending={sending}
      verb="Save metadata"
      onSend={() => void send()}
      onClose={onClose}
    >
      <TextField
        label="Metadata (JSON)"
        rows={10}
        value={text}
        onChange={setText}
        problem={wrong ?? saidOf(sending.blame, "metadata")}
        hint="All of it, in place of what was; at most 10 KB."
      />
    </FormDialog>
  );
}
