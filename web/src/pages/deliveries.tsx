import { useState } from "react";
import { resendCallback } from "../api/tasks";
import type { Attempt, Delivery } from "../api/types";
import { exactDate, fullDate } from "../app/dates";

const STATES = {
  pending: ["Waiting", "warn"],
  delivered: ["Delivered", "ok"],
  failed: ["Failed", "bad"],
} as const;

export function DeliveryPill({ delivery }: { readonly delivery: Delivery }) {
  const [word, tone] =
    delivery.waits_for === "endpoint" ? ["Resting", ""] : STATES[delivery.state];
  return <span className={`pill ${tone}`}>{word}</span>;
}

/** What a pending delivery waits for, and until when. */
export function whatIsNext({ next_attempt_at: next, waits_for: waitsFor }: Delivery): string {
  if (waitsFor === "earlier_event") return "Waits until the event before it is settled";
  const when = next === undefined ? "" : ` ${fullDate(next)}`;
  return waitsFor === "endpoint"
    ? `The receiver does not answer; it is asked again${when}`
    : `Next attempt${when}`;
}

interface SendAgainProps {
  readonly deliveryId: string;
  readonly onResent: () => void;
}

/** A button, and the server's sentence if it refuses. */
export function SendAgain({ deliveryId, onResent }: SendAgainProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const resend = async () => {
    setSending(true);
    try {
      await resendCallback(deliveryId);
      setProblem(null);
      onResent();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "Sending again failed.");
    } finally {
      setSending(false);
    }
  };
  return (
    <>
      <button
        type="button"
        className="button small"
        disabled={sending}
        onClick={() => void resend()}
      >
        {sending ? "Sending…" : "Send again"}
      </button>
      {problem !== null && (
        <p role="alert" className="note bad">
          {problem}
        </p>
      )}
    </>
  );
}

export function AttemptTable({ attempts }: { readonly attempts: readonly Attempt[] }) {
  return (
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
        {attempts.map((attempt) => (
          <tr key={attempt.attempt}>
            <td className="numbers">{attempt.attempt}</td>
            <td>{exactDate(attempt.at)}</td>
            <td>
              {attempt.status === null ? "" : `${attempt.status} · `}
              {attempt.outcome}
            </td>
            <td className="numbers">{attempt.duration_ms} ms</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
