import { useState } from "react";
import { newestCallbacks, tryEndpoint } from "../api/tasks";
import type { Delivery, DeliveryPage, RestingEndpoint } from "../api/types";
import { ago, fullDate } from "../app/dates";
import { Link } from "../app/Link";
import { navigate, useLocation } from "../app/router";
import { useLoaded } from "../app/useLoaded";
import { CallbackSecret } from "./CallbackSecret";
import { AttemptTable, DeliveryPill, SendAgain, whatIsNext } from "./deliveries";
import { NotThere, Problem } from "./Problem";
import { Pager } from "./Pager";
import { useAsking } from "../app/useAsking";

const STATES = [
  ["all", "All"],
  ["waiting", "Waiting"],
  ["resting", "Resting endpoint"],
  ["delivered", "Delivered"],
  ["failed", "Failed"],
] as const;

/** What is told, in a manager's words; an event of a later version is shown by its name. */
const EVENTS: Readonly<Record<string, string>> = {
  answered: "completed",
  approved: "completed",
  finished: "completed",
  unreadable: "error",
  audited: "audited by the customer",
};

function pollAfter_ms({ deliveries }: DeliveryPage): number {
  return deliveries.some((one) => one.state === "pending") ? 3_000 : 15_000;
}

/** Everything that was sent to customers' addresses, for managers: what became of it, and again. */
export function Callbacks() {
  const { query } = useLocation();
  const state = query.get("state") ?? "all";
  const [tokens, setTokens] = useState<readonly string[]>([]);
  const token = tokens.at(-1) ?? "";
  const [loaded, reload] = useLoaded(
    `${query.get("mode") ?? ""}|${state}|${token}`,
    (signal) => newestCallbacks({ state, nextToken: token }, { signal }),
    pollAfter_ms,
  );
  const show = (wanted: string) => {
    setTokens([]);
    navigate(wanted === "all" ? "/callbacks" : `/callbacks?state=${wanted}`);
  };
  return (
    <div className="page">
      <div className="page-head">
        <h1>Callbacks</h1>
      </div>
      <details className="card">
        <summary className="card-summary">Secrets by which receivers know our callbacks</summary>
        <div className="card-body stack tight">
          <CallbackSecret key={query.get("mode")} />
        </div>
      </details>
      {loaded.kind === "there" && loaded.value.resting.length > 0 && (
        <Resting endpoints={loaded.value.resting} onTried={reload} />
      )}
      <div className="tabs" role="group" aria-label="State">
        {STATES.map(([value, word]) => (
          <button
            key={value}
            type="button"
            className="button small"
            aria-pressed={state === value}
            onClick={() => show(value)}
          >
            {word}
          </button>
        ))}
      </div>
      <NotThere loaded={loaded} />
      {loaded.kind === "there" && loaded.stale && (
        <p className="note warn">The server cannot be reached; trying again.</p>
      )}
      {loaded.kind === "there" &&
        (loaded.value.deliveries.length === 0 ? (
          <Empty state={state} />
        ) : (
          <DeliveryTable
            page={loaded.value}
            isFirst={tokens.length === 0}
            onPrevious={() => setTokens(tokens.slice(0, -1))}
            onNext={(next) => setTokens([...tokens, next])}
            onResent={reload}
          />
        ))}
    </div>
  );
}

function Empty({ state }: { readonly state: string }) {
  return (
    <div className="card empty">
      {state === "all" ? (
        <>
          <h2>No callbacks yet.</h2>
          <p>
            A task or batch with a <code>callback_url</code> tells it when it is completed or in
            error. What is sent, and what the receiver answers, is listed here.
          </p>
        </>
      ) : (
        <h2>No callbacks in this state.</h2>
      )}
    </div>
  );
}

interface RestingProps {
  readonly endpoints: readonly RestingEndpoint[];
  readonly onTried: () => void;
}

function Resting({ endpoints, onTried }: RestingProps) {
  return (
    <section className="card">
      <header>
        <h2>Endpoints at rest</h2>
        <span className="muted">
          They did not answer. What is held for them is sent when they are back.
        </span>
      </header>
      <table className="table wrap resting-table">
        <thead>
          <tr>
            <th scope="col">Endpoint</th>
            <th scope="col">Failures in a row</th>
            <th scope="col">Held</th>
            <th scope="col">Asked again</th>
            <th scope="col">
              <span className="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {endpoints.map((one) => (
            <tr key={one.endpoint}>
              <td className="mono">{one.endpoint === "mail" ? "The mail server" : one.endpoint}</td>
              <td className="numbers">{one.failures}</td>
              <td className="numbers">{one.held}</td>
              <td className="muted">{fullDate(one.open_until)}</td>
              <td className="actions">
                <TryNow endpoint={one.endpoint} onTried={onTried} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface TryNowProps {
  readonly endpoint: string;
  readonly onTried: () => void;
}

function TryNow({ endpoint, onTried }: TryNowProps) {
  const { asking, problem, ask } = useAsking("Trying failed.");
  const tryNow = () =>
    ask(async () => {
      await tryEndpoint(endpoint);
      onTried();
    });
  return (
    <>
      <button type="button" className="button small" disabled={asking} onClick={() => void tryNow()}>
        {asking ? "Trying…" : "Try now"}
      </button>
      <Problem sentence={problem} />
    </>
  );
}

interface DeliveryTableProps {
  readonly page: DeliveryPage;
  readonly isFirst: boolean;
  readonly onPrevious: () => void;
  readonly onNext: (token: string) => void;
  readonly onResent: () => void;
}

function DeliveryTable({ page, isFirst, onPrevious, onNext, onResent }: DeliveryTableProps) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <div className="card">
      <table className="table callback-table">
        <thead>
          <tr>
            <th scope="col">Task or batch</th>
            <th scope="col">Address</th>
            <th scope="col">State</th>
            <th scope="col">Last answer</th>
            <th scope="col">Event at</th>
            <th scope="col">
              <span className="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        {page.deliveries.map((one) => (
          <tbody key={one.delivery_id}>
            <DeliveryRow
              delivery={one}
              isOpen={open === one.delivery_id}
              onToggle={() => setOpen(open === one.delivery_id ? null : one.delivery_id)}
              onResent={onResent}
            />
          </tbody>
        ))}
      </table>
      <Pager isFirst={isFirst} next={page.next_token} onPrevious={onPrevious} onNext={onNext} />
    </div>
  );
}

/** Mail that waits in the outbox has no status, and neither has what nobody answered. */
function withoutStatus({ state, url }: Delivery): string {
  if (state === "delivered") return "Outbox";
  return /^https?:/i.test(url) ? "No answer" : "Not sent";
}

interface DeliveryRowProps {
  readonly delivery: Delivery;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onResent: () => void;
}

function DeliveryRow({ delivery, isOpen, onToggle, onResent }: DeliveryRowProps) {
  const { attempts, task_id: taskId } = delivery;
  const last = attempts.at(-1);
  const details = `attempts-${delivery.delivery_id}`;
  return (
    <>
      <tr>
        <td className="cut">
          {taskId === undefined ? (
            <span title={delivery.batch}>Batch {delivery.batch}</span>
          ) : (
            <Link to={`/tasks/${taskId}`} className="mono">
              {taskId}
            </Link>
          )}
          <div className="muted">{EVENTS[delivery.event] ?? delivery.event}</div>
        </td>
        <td className="cut mono" title={delivery.url}>
          {delivery.url}
        </td>
        <td>
          <DeliveryPill delivery={delivery} />
        </td>
        <td className="cut">
          {last === undefined ? (
            <span className="faint">Not tried yet</span>
          ) : (
            <button
              type="button"
              className="button quiet small attempts-toggle"
              aria-expanded={isOpen}
              aria-controls={details}
              title={last.outcome}
              onClick={onToggle}
            >
              {last.status ?? withoutStatus(delivery)}
              <span className="muted">
                {" · "}
                {attempts.length} {attempts.length === 1 ? "attempt" : "attempts"}
              </span>
            </button>
          )}
        </td>
        <td className="cut muted" title={fullDate(delivery.created_at)}>
          {ago(delivery.created_at)}
        </td>
        <td className="actions">
          <SendAgain deliveryId={delivery.delivery_id} onResent={onResent} />
        </td>
      </tr>
      {delivery.state === "pending" && (
        <tr className="more">
          <td colSpan={6} className="muted">
            {whatIsNext(delivery)}
          </td>
        </tr>
      )}
      {isOpen && (
        <tr className="more" id={details}>
          <td colSpan={6}>
            <AttemptTable attempts={attempts} />
          </td>
        </tr>
      )}
    </>
  );
}
