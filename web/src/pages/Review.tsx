import { useState } from "react";
import { reviewQueue, reviewRules, setReviewRule } from "../api/queue";
import type { InReview, Me, ReviewRule } from "../api/types";
import { ago, fullDate } from "../app/dates";
import { Link } from "../app/Link";
import { useLocation } from "../app/router";
import { useLoaded } from "../app/useLoaded";
import { WorkChecksCard } from "./WorkChecksCard";
import { AtHand, NextTask } from "./WorkWaiting";
import { NotThere, Problem } from "./Problem";

const POLL_MS = 10_000;

/** A reviewer's page: what is at hand, the next one, and all that waits for a verdict. */
export function Review({ me }: { readonly me: Me }) {
  const { query } = useLocation();
  const world = query.get("mode") ?? "";
  const [loaded, reload] = useLoaded(world, (signal) => reviewQueue({ signal }), () => POLL_MS);
  return (
    <div className="page">
      <div className="page-head">
        <h1>Review</h1>
      </div>
      <NotThere loaded={loaded} />
      {loaded.kind === "there" && (
        <>
          <AtHand held={loaded.value.held} onChanged={reload} />
          <NextTask kind="review" waiting={loaded.value.waiting} />
          {loaded.value.in_review.length > 0 && <InReviewTable rows={loaded.value.in_review} />}
        </>
      )}
      <Rules me={me} world={world} />
      {me.role === "manager" && <WorkChecksCard project={null} />}
    </div>
  );
}

function InReviewTable({ rows }: { readonly rows: readonly InReview[] }) {
  return (
    <section className="card">
      <header>
        <h2>In review</h2>
      </header>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Task</th>
            <th scope="col">Project</th>
            <th scope="col">Labeled by</th>
            <th scope="col">Submitted</th>
            <th scope="col">Reviewer</th>
            <th scope="col">
              <span className="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.task_id} className="row-link">
              <td className="cut">
                <Link to={`/tasks/${row.task_id}`} className="mono">
                  {row.unique_id ?? row.task_id}
                </Link>
              </td>
              <td className="cut">{row.project ?? <span className="faint">–</span>}</td>
              <td className="cut">{row.labeled_by}</td>
              <td className="muted" title={fullDate(row.submitted_at)}>
                {ago(row.submitted_at)}
              </td>
              <td className="cut">{row.reviewer ?? <span className="faint">–</span>}</td>
              <td className="actions">
                <Link to={`/tasks/${row.task_id}/work`} className="button small">
                  Review
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RulesProps {
  readonly me: Me;
  readonly world: string;
}

/** Which work is reviewed before it is delivered; managers decide. */
function Rules({ me, world }: RulesProps) {
  const [loaded, reload] = useLoaded(world, (signal) => reviewRules({ signal }));
  if (loaded.kind !== "there") return null;
  return (
    <section className="card">
      <header>
        <h2>What is reviewed before it is delivered</h2>
      </header>
      <div className="card-body stack tight">
        <p className="muted">
          Work of these projects waits for a reviewer when it is submitted; the customer gets it
          once it is accepted.
        </p>
        {loaded.value.rules.map((rule) => (
          <RuleRow
            key={`${rule.project ?? ""} ${String(rule.reviewed)}`}
            rule={rule}
            mayChange={me.role === "manager"}
            onChanged={reload}
          />
        ))}
      </div>
    </section>
  );
}

interface RuleRowProps {
  readonly rule: ReviewRule;
  readonly mayChange: boolean;
  readonly onChanged: () => void;
}

function RuleRow({ rule, mayChange, onChanged }: RuleRowProps) {
  const [reviewed, setReviewed] = useState(rule.reviewed);
  const [problem, setProblem] = useState<string | null>(null);
  const change = async (wanted: boolean) => {
    setReviewed(wanted);
    try {
      await setReviewRule({ ...rule, reviewed: wanted });
      setProblem(null);
      onChanged();
    } catch (error) {
      setReviewed(rule.reviewed);
      setProblem(error instanceof Error ? error.message : "The change was not saved.");
    }
  };
  return (
    <>
      <label className="check-row">
        <input
          type="checkbox"
          checked={reviewed}
          disabled={!mayChange}
          onChange={(event) => void change(event.target.checked)}
        />
        {rule.project ?? "Tasks without a project"}
      </label>
      <Problem sentence={problem} />
    </>
  );
}
