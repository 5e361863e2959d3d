import { useEffect, useId, useRef, useState } from "react";
import { afterDelivery, auditTask, beginFix, discardFix, recallTask } from "../api/fixing";
import type { AfterDelivery, GivenAudit, OpenFix, Opinion } from "../api/types";
import { ago, fullDate } from "../app/dates";
import { navigate } from "../app/router";
import { type Asking, useAsking } from "../app/useAsking";
import { useLoaded } from "../app/useLoaded";
import { Problem } from "./Problem";

const ON_ITS_WAY_POLL_MS = 1_500;
const POLL_MS = 15_000;
const TONES: Readonly<Record<string, string>> = { accepted: "ok", fixed: "ok", rejected: "bad" };

interface Props {
  readonly taskId: string;
  /** The task itself is another one now. */
  readonly onChanged: () => void;
}

/** A completed task: what was said of it, and what can still be done. */
export function AfterDeliveryCard({ taskId, onChanged }: Props) {
  const [loaded, reload] = useLoaded(
    taskId,
    (signal) => afterDelivery(taskId, { signal }),
    ({ fix }) => (fix?.is_handed_in === true ? ON_ITS_WAY_POLL_MS : POLL_MS),
  );
  const asking = useAsking("The server did not answer.");
  const audits = loaded.kind === "there" ? loaded.value.audits.length : null;
  const seen = useRef(audits);
  useEffect(() => {
    // A fix has arrived, or somebody judged: the task's own page is behind.
    if (seen.current !== null && audits !== null && audits !== seen.current) onChanged();
    seen.current = audits;
  }, [audits, onChanged]);
  if (loaded.kind !== "there") return null;
  const now = loaded.value;
  const changed = () => {
    reload();
    onChanged();
  };
  return (
    <section className="card">
      <header>
        <h2>After delivery</h2>
        {now.review_status !== null && (
          <span className={`pill ${TONES[now.review_status] ?? ""}`}>{now.review_status}</span>
        )}
      </header>
      <div className="card-body stack tight">
        {now.fix !== null && (
          <FixInWork taskId={taskId} fix={now.fix} asking={asking} onChanged={changed} />
        )}
        {now.fix?.is_handed_in !== true && (
          <Judge taskId={taskId} now={now} asking={asking} onChanged={changed} />
        )}
        <Problem sentence={asking.problem} />
      </div>
      {now.audits.length > 0 && <Audits audits={now.audits} />}
      {now.prior_urls.length > 0 && <PriorResponses urls={now.prior_urls} />}
    </section>
  );
}

interface ActionProps {
  readonly taskId: string;
  readonly asking: Asking;
  readonly onChanged: () => void;
}

function FixInWork({ taskId, fix, asking, onChanged }: ActionProps & { readonly fix: OpenFix }) {
  if (fix.is_handed_in) return <p className="note">A fix is on its way to the customer.</p>;
  const discard = () =>
    asking.ask(async () => {
      await discardFix(taskId);
      onChanged();
    });
  return (
    <div className="note warn">
      <span className="grow">
        {fix.mine ? "You are" : `${fix.by} is`} fixing this task, begun{" "}
        <span title={fullDate(fix.since)}>{ago(fix.since)}</span>. Nothing of it is delivered yet.
      </span>
      <button
        type="button"
        className="button small"
        disabled={asking.asking}
        title="The labels become what was delivered again"
        onClick={() => void discard()}
      >
        Discard fix
      </button>
    </div>
  );
}

/** One comment, and what to do with it. */
function Judge({ taskId, now, asking, onChanged }: ActionProps & { readonly now: AfterDelivery }) {
  const [comment, setComment] = useState("");
  const field = useId();
  const isEmpty = comment.trim() === "";
  const say = (opinion: Opinion) =>
    asking.ask(async () => {
      await auditTask(taskId, opinion, comment);
      setComment("");
      onChanged();
    });
  const sendBack = () =>
    asking.ask(async () => {
      await recallTask(taskId, comment);
      onChanged();
    });
  const fix = () =>
    asking.ask(async () => {
      await beginFix(taskId);
      navigate(`/tasks/${taskId}/work`);
    });
  return (
    <>
      <p className="muted">
        Accept, comment and reject are the customer’s audit: they are called back with the comment.
        {now.has_labels &&
          " A fix replaces the response. Sent back, the task is pending again, and its labeler reads the comment."}
      </p>
      <div className="field">
        <label htmlFor={field}>Comment</label>
        <textarea
          id={field}
          className="input"
          rows={2}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      </div>
      <div className="judge-buttons">
        {(["accepted", "commented", "rejected"] as const).map((opinion) => (
          <button
            key={opinion}
            type="button"
            className="button"
            disabled={asking.asking || (opinion === "commented" && isEmpty)}
            onClick={() => void say(opinion)}
          >
            {SAYS[opinion]}
          </button>
        ))}
        {now.has_labels && (
          <>
            <span className="grow" />
            <button
              type="button"
              className="button"
              disabled={asking.asking || isEmpty || now.fix !== null}
              title={isEmpty ? "Say first what is to be changed" : undefined}
              onClick={() => void sendBack()}
            >
              Send back to labeling
            </button>
            <button
              type="button"
              className="button primary"
              disabled={asking.asking}
              onClick={() => void fix()}
            >
              {now.fix === null ? "Fix" : "Continue fix"}
            </button>
          </>
        )}
      </div>
    </>
  );
}

const SAYS: Readonly<Record<Opinion, string>> = {
  accepted: "Accept",
  commented: "Comment",
  rejected: "Reject",
};

function Audits({ audits }: { readonly audits: readonly GivenAudit[] }) {
  return (
    <table className="table wrap">
      <thead>
        <tr>
          <th scope="col">Audit</th>
          <th scope="col">By</th>
          <th scope="col">At</th>
          <th scope="col">Comment</th>
        </tr>
      </thead>
      <tbody>
        {audits.map((one, row) => (
          <tr key={row}>
            <td>
              {one.result}
              {one.source !== "customer" && <span className="muted"> in review</span>}
            </td>
            <td>{one.by}</td>
            <td className="muted" title={fullDate(one.at)}>
              {ago(one.at)}
            </td>
            <td>{one.comment ?? <span className="faint">–</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function PriorResponses({ urls }: { readonly urls: readonly string[] }) {
  return (
    <p className="card-body muted">
      Earlier responses, the oldest first:{" "}
      {urls.map((url, row) => (
        <span key={row}>
          {row > 0 && ", "}
          <a href={url} target="_blank" rel="noopener noreferrer">
            file {row + 1}
          </a>
        </span>
      ))}
    </p>
  );
}
