import { useEffect, useMemo, useState } from "react";
import { Refused } from "../api/http";
import { openWork } from "../api/work";
import type { Me } from "../api/types";
import { createCommands } from "../app/editor/commands";
import { Editor as OpenEditor } from "../app/editor/editor";
import { giveFocusBack } from "../app/editor/focus";
import { installHook } from "../app/editor/hook";
import { listenToKeys } from "../app/editor/keyboard";
import { createKeys, followKeys } from "../app/editor/keys";
import { TaskWork } from "../app/editor/work";
import { Link } from "../app/Link";
import { sessionEnded } from "../app/session";
import { EditorContext } from "../panels/useEditor";
import { Workbench } from "../panels/Workbench";
import { NotFound } from "./NotFound";

interface Props {
  readonly taskId: string;
  readonly me: Me;
}

// Tab locks and durable storage, by which no edit is lost, exist in secure contexts only.
const NOT_SECURE =
  "Browsers keep edits safely on disk only over https, or on the server's own machine. " +
  "Open this page by its https address, or ask whoever runs this server for one.";

type Opening =
  | { readonly kind: "opening" }
  | { readonly kind: "open"; readonly editor: OpenEditor }
  | { readonly kind: "failed"; readonly sentence: string; readonly status: number | null };

/** Fetches the work, opens this person's journal, and hands both to the workbench. */
export function Editor({ taskId, me }: Props) {
  const [opening, setOpening] = useState<Opening>({ kind: "opening" });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const stop = new AbortController();
    let task: TaskWork | null = null;
    const open = async () => {
      if (!window.isSecureContext) throw new Error(NOT_SECURE);
      const work = await openWork(taskId, { signal: stop.signal });
      const opened = await TaskWork.open(work, me);
      if (stop.signal.aborted) {
        opened.close();
        return;
      }
      task = opened;
      setOpening({ kind: "open", editor: new OpenEditor(work, opened) });
      await opened.start();
    };
    open().catch((error: unknown) => {
      if (stop.signal.aborted) return;
      const status = error instanceof Refused ? error.status : null;
      if (status === 401) sessionEnded();
      const sentence = error instanceof Error ? error.message : String(error);
      setOpening({ kind: "failed", sentence, status });
    });
    return () => {
      stop.abort();
      task?.close();
    };
    // A new sign-in of the same person must not close what is open.
  }, [taskId, me, attempt]);

  switch (opening.kind) {
    case "opening":
      return <p className="centre muted">Opening the task…</p>;
    case "open":
      return <OpenTask editor={opening.editor} personId={me.person_id} />;
    case "failed":
      if (opening.status === 404) return <NotFound what="This task" />;
      return (
        <div className="centre">
          <div className="card empty">
            <h1>The task cannot be opened</h1>
            <p>{opening.sentence}</p>
            <div className="filters">
              <Link to={`/tasks/${taskId}`} className="button">
                Task page
              </Link>
              <button
                type="button"
                className="button primary"
                onClick={() => setAttempt(attempt + 1)}
              >
                Try again
              </button>
            </div>
          </div>
        </div>
      );
  }
}

interface OpenTaskProps {
  readonly editor: OpenEditor;
  readonly personId: string;
}

function OpenTask({ editor, personId }: OpenTaskProps) {
  const parts = useMemo(
    () => ({ editor, commands: createCommands(editor), keys: createKeys(personId) }),
    [editor, personId],
  );
  useEffect(() => installHook(editor), [editor]);
  useEffect(
    () => listenToKeys(() => parts.keys.getState().keymap, parts.commands),
    [parts],
  );
  useEffect(() => followKeys(parts.keys), [parts]);
  useEffect(() => editor.dock.follow(), [editor]);
  useEffect(() => editor.look.follow(), [editor]);
  useEffect(() => editor.flow.follow(), [editor]);
  useEffect(() => giveFocusBack(() => editor.batch?.element ?? editor.stage?.view.canvas ?? null), [editor]);
  useEffect(() => () => editor.player.pause(), [editor]);
  return (
    <EditorContext value={parts}>
      <Workbench />
    </EditorContext>
  );
}
