import type { SyncState } from "../journal/sync";
import { useEditor, useStatus } from "./useEditor";

/** Whether the work is safe: on the server, on its way, or only on this machine. */
export function SyncBadge() {
  const { editor } = useEditor();
  const sync = useStatus((status) => status.sync);
  const unsent = useStatus((status) => status.unsent);
  const refused = useStatus((status) => status.refused.length);
  const onlyHere = useStatus((status) => status.onlyHere);
  return (
    <>
      {refused > 0 && (
        <button
          type="button"
          className="pill bad"
          onClick={() => editor.view.setState({ refusedList: true })}
        >
          {refused} refused
        </button>
      )}
      <span role="status" className={`pill ${onlyHere > 0 ? "warn" : toneOf(sync.kind, unsent)}`}>
        {wordsOf(sync.kind, unsent, refused)}
        {onlyHere > 0 && ", keep this tab open"}
      </span>
    </>
  );
}

type Kind = SyncState["kind"];

function wordsOf(kind: Kind, unsent: number, refused: number): string {
  switch (kind) {
    case "saved":
    case "sending":
      return unsent === 0 ? "Saved" : `Saving ${unsent}`;
    case "offline":
      return `Offline, ${unsent} unsent`;
    case "lost":
      return unsent === 0 ? "Read only" : `Read only, ${unsent} unsent`;
    case "signed-out":
      return `Signed out, ${unsent} unsent`;
    case "finished":
      if (unsent > 0) return `Task finished, checking ${unsent}`;
      return refused === 0 ? "Task finished" : `Task finished, ${refused} not in it`;
  }
}

function toneOf(kind: Kind, unsent: number): string {
  switch (kind) {
    case "saved":
    case "sending":
      return unsent === 0 ? "ok" : "accent";
    case "offline":
    case "signed-out":
      return "warn";
    case "lost":
    case "finished":
      return unsent === 0 ? "" : "warn";
  }
}
