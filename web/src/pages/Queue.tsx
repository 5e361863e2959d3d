import { workQueue } from "../api/queue";
import { useLocation } from "../app/router";
import { useLoaded } from "../app/useLoaded";
import { AtHand, NextTask } from "./WorkWaiting";
import { NotThere } from "./Problem";

const POLL_MS = 10_000;

/** A labeler's page: what is at hand, and the next task. */
export function Queue() {
  const { query } = useLocation();
  const [loaded, reload] = useLoaded(
    query.get("mode") ?? "",
    (signal) => workQueue({ signal }),
    () => POLL_MS,
  );
  return (
    <div className="page">
      <div className="page-head">
        <h1>My queue</h1>
      </div>
      <NotThere loaded={loaded} />
      {loaded.kind === "there" && (
        <>
          <AtHand held={loaded.value.held} onChanged={reload} />
          <NextTask kind="label" waiting={loaded.value.waiting} />
        </>
      )}
    </div>
  );
}
