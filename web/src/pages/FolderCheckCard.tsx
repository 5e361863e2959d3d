import { useEffect, useRef } from "react";
import { useStore } from "zustand";
import type { NewSceneCheck } from "../api/types";
import type { FolderCheck } from "../app/newtask/check";
import type { Found } from "../app/newtask/look";
import type { FolderUpload } from "../app/newtask/upload";
import { Findings } from "./Findings";
import { sizeText } from "./FolderFound";
import { WholeBar } from "./WholeBar";

interface Props {
  readonly found: Found;
  readonly upload: FolderUpload;
  readonly check: FolderCheck;
}

/** A look at the folder's scene before there is a task of it: how far it is, and what was found. */
export function FolderCheckCard({ found, upload, check }: Props) {
  const state = useStore(check.state);
  switch (state.kind) {
    case "none":
      return null;
    case "sending":
      return <Sending found={found} upload={upload} />;
    case "reading":
      return <Reading check={state.check} />;
    case "failed":
      return (
        <p role="alert" className="note bad">
          {state.sentence}
        </p>
      );
    case "finished":
      return <Result check={state.check} upload={upload} />;
  }
}

function Sending({ found, upload }: Omit<Props, "check">) {
  const state = useStore(upload.state);
  if (state.kind === "stopped") {
    return (
      <p role="alert" className="note bad">
        <span>
          {state.path !== null && <code>{state.path}</code>} {state.sentence}
        </span>
      </p>
    );
  }
  const sent = state.kind === "sending" ? Math.min(state.sent, found.bytes) : found.bytes;
  return (
    <div className="stack tight">
      <p className="muted numbers" aria-live="polite">
        Sending the files: {sizeText(sent)} of {sizeText(found.bytes)}
      </p>
      <WholeBar label="Bytes sent" done={sent} of={found.bytes} />
    </div>
  );
}

function Reading({ check }: { readonly check: NewSceneCheck | null }) {
  const frames = check?.frames ?? null;
  const done = check?.frames_read ?? 0;
  return (
    <div className="stack tight">
      <p className="muted numbers" aria-live="polite">
        {frames === null && "Waiting for a worker…"}
        {frames !== null && (done < frames ? `Reading frame ${done + 1} of ${frames}…` : "Comparing the frames…")}
      </p>
      <WholeBar label="Frames read" done={done} of={frames ?? 1} />
    </div>
  );
}

interface ResultProps {
  readonly check: NewSceneCheck;
  readonly upload: FolderUpload;
}

function Result({ check, upload }: ResultProps) {
  const { findings, failures } = check;
  const card = useRef<HTMLElement>(null);
  // It comes below what fills a small window.
  useEffect(() => {
    card.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <section ref={card} className="card" aria-label="Scene check">
      <header>
        <h2>Scene check</h2>
        <span className="muted numbers">{extent(check)}</span>
      </header>
      {failures.length > 0 && (
        <ul className="card-body stack tight findings" aria-label="What cannot be read">
          {failures.map(({ frame, message, url, status_code: status }, row) => (
            <li key={row}>
              <p>
                <span className="pill bad">error</span>{" "}
                <strong>{frame === null ? "The scene" : `Frame ${frame + 1}`}</strong>{" "}
                {url !== null && <code>{upload.pathOf(url)}</code>}
              </p>
              <p>
                {message}
                {status !== null && status >= 400 && ` (HTTP ${status})`}
              </p>
            </li>
          ))}
        </ul>
      )}
      {findings.length > 0 && <Findings findings={findings} addressOf={null} />}
      {findings.length + failures.length === 0 && <p className="card-body muted">Nothing found.</p>}
    </section>
  );
}

function extent({ frames, frames_read: read, frames_examined: examined }: NewSceneCheck): string {
  if (frames === null) return "";
  if (read < frames) return `stopped after ${read} of ${frames} frames`;
  return examined < frames ? `${examined} of ${frames} frames examined` : `${frames} frames`;
}
