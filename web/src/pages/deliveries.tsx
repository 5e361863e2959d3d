import { resendCallback } from "../api/tasks";
import type { Attempt, Delivery } from "../api/types";
import { exactDate, fullDate } from "../app/dates";
import { Problem } from "./Problem";
import { useAsking } from "../app/useAsking";

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
  const { asking, problem, ask } = useAsking("Sending again failed.");
  const resend = () =>
    ask(async () => {
      await resendCallback(deliveryId);
      onResent();
    });
  return (
    <>
      <button
        type="button"
        className="button small"
        disabled={asking}
        onClick={() => void resend()}
      >
        {asking ? "Sending…" : "Send again"}
      </button>
      <Problem sentence={problem} />
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
