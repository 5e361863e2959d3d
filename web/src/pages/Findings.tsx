import type { SceneFinding } from "../api/types";
import { Link } from "../app/Link";

const TONES: Readonly<Record<string, string>> = { error: "bad", warning: "warn", note: "" };

interface Props {
  readonly findings: readonly SceneFinding[];
  /** Where a frame can be seen; null: nowhere yet. */
  readonly addressOf: ((frame: number) => string) | null;
}

/** What the doctor found in a scene, the worst first. */
export function Findings({ findings, addressOf }: Props) {
  return (
    <ul className="card-body stack findings">
      {findings.map((finding, row) => (
        <Finding key={row} finding={finding} addressOf={addressOf} />
      ))}
    </ul>
  );
}

interface FindingProps {
  readonly finding: SceneFinding;
  readonly addressOf: Props["addressOf"];
}

function Finding({ finding, addressOf }: FindingProps) {
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
              {addressOf === null ? frame + 1 : <Link to={addressOf(frame)}>{frame + 1}</Link>}
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

function words(rule: string): string {
  return rule.charAt(0).toUpperCase() + rule.slice(1).replaceAll("_", " ");
}

function sentence(measured: string): string {
  return `${measured.charAt(0).toUpperCase()}${measured.slice(1)}.`;
}

function more({ frames, frame_count: count }: SceneFinding): string {
  return count > frames.length ? ` and ${count - frames.length} more` : "";
}
