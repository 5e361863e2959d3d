import { sceneCheck } from "../api/tasks";
import type { SceneCheck, SceneFinding } from "../api/types";
import { Link } from "../app/Link";
import { useLoaded } from "../app/useLoaded";

const POLL_MS = 4_000;
const TONES: Readonly<Record<string, string>> = { error: "bad", warning: "warn", note: "" };

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
        <ul className="card-body stack findings">
          {check.findings.map((finding, row) => (
            <Finding key={row} finding={finding} taskId={taskId} isOpen={isOpen} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface FindingProps {
  readonly finding: SceneFinding;
  readonly taskId: string;
  readonly isOpen: boolean;
}

function Finding({ finding, taskId, isOpen }: FindingProps) {
  const { severity, rule, sensor, measured, advice, picture_url: picture } = finding;
  return (
    <li className="stack tight">
      <p>
        <span className={`pill ${TONES[severity] ?? ""}`}>{severity}</span>{" "}
        <strong>{words(rule)}</strong>
        {sensor !== "" && <span className="muted"> {sensor}</span>}
      </p>
      <p>
        {sentence(measured)} {advice}
      </p>
      {finding.frame_count > 0 && (
        <p className="muted">
          {finding.frame_count === 1 ? "Frame" : "Frames"}{" "}
          {finding.frames.map((frame, place) => (
            <span key={frame}>
              {place > 0 && ", "}
              {isOpen ? (
                <Link to={`/tasks/${taskId}/work?frame=${frame}`}>{frame + 1}</Link>
              ) : (
                frame + 1
              )}
            </span>
          ))}
          {more(finding)}
        </p>
      )}
      {picture !== null && (
        <a href={picture} target="_blank" rel="noopener noreferrer">
          <img
            src={picture}
            loading="lazy"
            className="finding-picture"
            alt="The points over the image, red for near and blue for far"
          />
        </a>
      )}
    </li>
  );
}

function extent({ frames, frames_examined: examined }: SceneCheck): string {
  return examined < frames ? `${examined} of ${frames} frames opened` : `${frames} frames`;
}

function words(rule: string): string {
  return rule.charAt(0).toUpperCase() + rule.slice(1).replaceAll("_", " ");
}

function sentence(measured: string): string {
  return `${measured.charAt(0).toUpperCase()}${measured.slice(1)}.`;
}

function more({ frames, frame_count: count }: SceneFinding): string {
  return count > frames.length ? ` and ${count - frames.length} more` : "";
}
