import type { Found } from "../app/newtask/look";

const MOST_NAMES = 5;

interface Props {
  readonly found: Found;
  readonly mostBytes: number;
}

/** What was found in a folder, and each thing that stands in the way. */
export function FolderFound({ found, mostBytes }: Props) {
  const { frames, pictures, remote, missing, broken, tooLarge, ignored, bytes } = found;
  return (
    <section className="folder-found stack tight" aria-label="What is in the folder">
      {frames.length > 0 ? (
        <p>
          <strong className="numbers">{counted(frames.length, "frame")}</strong> and{" "}
          <strong className="numbers">{counted(pictures.size, "picture")}</strong>, {sizeText(bytes)}.
          {remote > 0 && ` ${counted(remote, "more picture")} will be fetched from the web.`}
        </p>
      ) : (
        <p role="alert" className="note bad">
          No frames were found. A frame is a JSON file with “points” and “device_position”, one file
          a frame.
        </p>
      )}
      {tooLarge.length > 0 && (
        <div className="note bad" role="alert">
          Larger than the {sizeText(mostBytes)} that this server takes for a file:
          <Names names={tooLarge} />
        </div>
      )}
      {broken.length > 0 && (
        <div className="note warn">
          Left out, because they are no frames:
          <Names names={broken.map(({ path, reason }) => `${path} ${reason}`)} />
        </div>
      )}
      {missing.length > 0 && (
        <div className="note warn">
          {missing.length === 1 ? "A picture is" : `${missing.length} pictures are`} not in the
          folder, and the server may not be able to fetch {missing.length === 1 ? "it" : "them"}:
          <Names names={missing} />
        </div>
      )}
      {ignored.length > 0 && (
        <details>
          <summary className="muted">{counted(ignored.length, "other file")} left where they are</summary>
          <Names names={ignored} />
        </details>
      )}
    </section>
  );
}

function Names({ names }: { readonly names: readonly string[] }) {
  return (
    <ul className="names">
      {names.slice(0, MOST_NAMES).map((name) => (
        <li key={name} className="mono">
          {name}
        </li>
      ))}
      {names.length > MOST_NAMES && <li>and {names.length - MOST_NAMES} more</li>}
    </ul>
  );
}

function counted(count: number, word: string): string {
  return `${count.toLocaleString()} ${word}${count === 1 ? "" : "s"}`;
}

export function sizeText(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024).toLocaleString()} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
