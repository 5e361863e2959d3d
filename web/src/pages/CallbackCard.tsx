import { taskCallbacks } from "../api/tasks";
import type { Deliveries, Delivery } from "../api/types";
import { fullDate } from "../app/dates";
import { useLoaded } from "../app/useLoaded";
import { CallbackSecret } from "./CallbackSecret";
import { AttemptTable, DeliveryPill, SendAgain, whatIsNext } from "./deliveries";
import { NoAnswerHint } from "./NoAnswerHint";

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
        <CallbackSecret />
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

interface DeliveryProps {
  readonly delivery: Delivery;
  readonly onResent: () => void;
}

function DeliveryRows({ delivery, onResent }: DeliveryProps) {
  return (
    <div className="delivery">
      <div className="delivery-head">
        <DeliveryPill delivery={delivery} />
        <span className="muted grow">
          {delivery.state === "pending"
            ? whatIsNext(delivery)
            : `${delivery.event} · ${fullDate(delivery.created_at)}`}
        </span>
        <SendAgain deliveryId={delivery.delivery_id} onResent={onResent} />
      </div>
      <div className="delivery-hint">
        <NoAnswerHint
          asked={delivery.attempts.map(({ status }) => ({ url: delivery.url, status }))}
        />
      </div>
      <AttemptTable attempts={delivery.attempts} />
    </div>
  );
}
