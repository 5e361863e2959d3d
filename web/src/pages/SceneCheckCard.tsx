import { sceneCheck } from "../api/tasks";
import type { SceneCheck } from "../api/types";
import { useLoaded } from "../app/useLoaded";
import { Findings } from "./Findings";

const POLL_MS = 4_000;

interface Props {
  readonly taskId: string;
  /** Its frames are read, so that a look at them is under way or over. */
  readonly isRead: boolean;
  readonly isOpen: boolean;
}

/** What is wrong with the task's scene, before a person loses an hour to it. */
export function SceneCheckCard({ taskId, isRead, isOpen }: Props) {
  const [loaded] = useLoaded(
    `${taskId} ${String(isRead)}`,
    (signal) => sceneCheck(taskId, { signal }),
    ({ checked_at: at }) => (at === null && isRead ? POLL_MS : null),
  );
  if (loaded.kind !== "there") return null;
  const check = loaded.value;
  if (check.checked_at === null) return null;
  return (
    <section className="card">
      <header>
        <h2>Scene check</h2>
        <span className="muted">{extent(check)}</span>
      </header>
      {check.findings.length === 0 ? (
        <p className="card-body muted">Nothing found.</p>
      ) : (
        <Findings
          findings={check.findings}
          addressOf={isOpen ? (frame) => `/tasks/${taskId}/work?frame=${frame}` : null}
        />
      )}
    </section>
  );
}

function extent({ frames, frames_examined: examined }: SceneCheck): string {
  return examined < frames ? `${examined} of ${frames} frames opened` : `${frames} frames`;
}
