import { useState } from "react";
import { callbackSecret, resendCallback, rotateSigningSecret, taskCallbacks } from "../api/tasks";
import type { CallbackSecrets, Deliveries, Delivery } from "../api/types";
import { fullDate } from "../app/dates";
import { useLoaded } from "../app/useLoaded";
import { CopyText } from "./CopyText";
import { NoAnswerHint } from "./NoAnswerHint";

const STATES = {
  pending: ["Trying", "warn"],
  delivered: ["Delivered", "ok"],
  failed: ["Failed", "bad"],
} as const;

function pollAfter_ms({ deliveries }: Deliveries): number {
  return deliveries.some((one) => one.state === "pending") ? 1_000 : 10_000;
}

interface Props {
  readonly taskId: string;
  readonly callbackUrl: string;
}

/** What was sent to the customer's address, each attempt, and a way to send it again. */
export function CallbackCard({ taskId, callbackUrl }: Props) {
  const [loaded, reload] = useLoaded(
    taskId,
    (signal) => taskCallbacks(taskId, { signal }),
    pollAfter_ms,
  );
  return (
    <section className="card">
      <header>
        <h2>Callback</h2>
      </header>
      <div className="card-body stack tight">
        <p className="mono callback-url">{callbackUrl}</p>
        <Secret />
        {loaded.kind === "failed" && (
          <p role="alert" className="note bad">
            {loaded.sentence}
          </p>
        )}
        {loaded.kind === "there" && loaded.value.deliveries.length === 0 && (
          <p className="muted">Nothing to send yet: it goes out when the task completes or fails.</p>
        )}
      </div>
      {loaded.kind === "there" &&
        loaded.value.deliveries.map((delivery) => (
          <DeliveryRows key={delivery.delivery_id} delivery={delivery} onResent={reload} />
        ))}
    </section>
  );
}

/** What the receiver knows callbacks by, hidden until it is asked for. */
function Secret() {
  const [shown, setShown] = useState<CallbackSecrets | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = async (answer: Promise<CallbackSecrets>) => {
    try {
      setShown(await answer);
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "The value cannot be shown.");
    }
  };
  return (
    <>
      <div className="secret">
        <span className="grow">
          <code>scale-callback-auth</code> <span className="muted">and</span>{" "}
          <code>webhook-signature</code>
          <span className="muted"> are sent with every callback</span>
        </span>
        <button
          type="button"
          className="button small"
          onClick={() => (shown === null ? void ask(callbackSecret()) : setShown(null))}
        >
          {shown === null ? "Show" : "Hide"}
        </button>
      </div>
      {shown !== null && (
        <>
          <CopyText label="Value of scale-callback-auth" text={shown.secret} />
          {shown.signing_secrets.map((secret, index) => (
            <CopyText
              key={secret}
              label={index === 0 ? "Signing secret" : "Earlier signing secret, for a day"}
              text={secret}
            />
          ))}
          <div className="secret">
            <span className="muted grow">
              After a change, the earlier secret signs for 24 hours more.
            </span>
            <button
              type="button"
              className="button small"
              onClick={() => void ask(rotateSigningSecret())}
            >
              Change signing secret
            </button>
          </div>
        </>
      )}
      {problem !== null && (
        <p role="alert" className="note bad">
          {problem}
        </p>
      )}
    </>
  );
}

interface DeliveryProps {
  readonly delivery: Delivery;
  readonly onResent: () => void;
}

function whatIsNext(delivery: Delivery): string {
  const { next_attempt_at: next, waits_for: waitsFor } = delivery;
  if (delivery.state !== "pending") return `${delivery.event} · ${fullDate(delivery.created_at)}`;
  if (waitsFor === "earlier_event") return "Waits until the event before it is settled";
  const when = next === undefined ? "" : ` ${fullDate(next)}`;
  return waitsFor === "endpoint"
    ? `The receiver does not answer; it is asked again${when}`
    : `Next attempt${when}`;
}

function DeliveryRows({ delivery, onResent }: DeliveryProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const [word, tone] = STATES[delivery.state];
  const resend = async () => {
    setSending(true);
    try {
      await resendCallback(delivery.delivery_id);
      setProblem(null);
      onResent();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "Sending again failed.");
    } finally {
      setSending(false);
    }
  };
  return (
    <div className="delivery">
      <div className="delivery-head">
        <span className={`pill ${tone}`}>{word}</span>
        <span className="muted grow">
          {whatIsNext(delivery)}
        </span>
        <button
          type="button"
          className="button small"
          disabled={sending}
          onClick={() => void resend()}
        >
          {sending ? "Sending…" : "Send again"}
        </button>
      </div>
      {problem !== null && (
        <p role="alert" className="note bad">
          {problem}
        </p>
      )}
      <div className="delivery-hint">
        <NoAnswerHint
          asked={delivery.attempts.map(({ status }) => ({ url: delivery.url, status }))}
        />
      </div>
      <table className="table wrap">
        <thead>
          <tr>
            <th scope="col" className="narrow">
              Attempt
            </th>
            <th scope="col">When</th>
            <th scope="col">Outcome</th>
            <th scope="col" className="narrow">
              Took
            </th>
          </tr>
        </thead>
        <tbody>
          {delivery.attempts.map((attempt) => (
            <tr key={attempt.attempt}>
              <td className="numbers">{attempt.attempt}</td>
              <td>{fullDate(attempt.at)}</td>
              <td>
                {attempt.status === null ? "" : `${attempt.status} · `}
                {attempt.outcome}
              </td>
              <td className="numbers">{attempt.duration_ms} ms</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
