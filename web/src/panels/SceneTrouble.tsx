import { useStore } from "zustand";
import type { Stage } from "../app/editor/stage";
import { Link } from "../app/Link";
import { NoWebGl } from "../scene3d/view";
import { useEditor } from "./useEditor";

/** Instead of the scene, when the browser cannot draw it: why, and how to mend it. */
export function CannotDraw({ error }: { readonly error: unknown }) {
  const { editor } = useEditor();
  return (
    <div className="scene-problem" role="alert">
      <div className="card empty">
        <h2>This browser cannot draw the scene</h2>
        {error instanceof NoWebGl ? <TurnOnWebGl /> : <p>{sentenceOf(error)}</p>}
        <p className="muted">Nothing was changed, and what was saved is safe.</p>
        <div className="filters">
          <Link to={`/tasks/${editor.work.task_id}`} className="button">
            Task page
          </Link>
          <button type="button" className="button primary" onClick={() => location.reload()}>
            Try again
          </button>
        </div>
      </div>
    </div>
  );
}

function TurnOnWebGl() {
  return (
    <>
      <p>The 3D view needs WebGL 2, which is switched off or missing here. One of these helps:</p>
      <ol className="steps">
        <li>
          Chrome, Edge: in Settings, System, turn on <em>graphics acceleration</em>, and start the
          browser again.
        </li>
        <li>
          Firefox: in Settings, General, Performance, turn on <em>hardware acceleration</em>, and
          start it again.
        </li>
        <li>Update the browser, or the driver of the graphics card.</li>
        <li>On a remote desktop or a virtual machine, open this page on your own machine.</li>
      </ol>
    </>
  );
}

/** The browser took the graphics away (a driver's reset, a laptop that slept): said until it is over. */
export function GraphicsLost({ stage }: { readonly stage: Stage }) {
  const isLost = useStore(stage.status, (status) => status.isLost);
  if (!isLost) return null;
  return (
    <div className="scene-problem" role="alert">
      <div className="card empty">
        <h2>The graphics card is starting again</h2>
        <p>The scene comes back by itself in a moment. Your edits are safe.</p>
        <div className="filters">
          <button type="button" className="button" onClick={() => location.reload()}>
            Reload if it does not
          </button>
        </div>
      </div>
    </div>
  );
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
