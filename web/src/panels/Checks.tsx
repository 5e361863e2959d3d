import { useMemo } from "react";
import { useStore } from "zustand";
import type { Stage } from "../app/editor/stage";
import { type Finding, findings } from "../app/editor/checks";
import { frameChecks, type Measures, trackChecks } from "../app/editor/workChecks";
import { useDocument, useEditor, useView } from "./useEditor";

/** What may be wrong, while one works; a click goes there. */
export function Checks({ stage }: { readonly stage: Stage }) {
  const { editor } = useEditor();
  const { document } = useDocument();
  const frameIndex = useView((view) => view.frameIndex);
  const hidden = useView((view) => view.hidden);
  const ready = useStore(stage.status, (status) => status.ready);
  const { frames_ns, work } = editor;
  const always = useMemo(
    () => [
      ...findings(work.config, document, frames_ns).filter(({ serious }) => serious),
      ...trackChecks(document, frames_ns),
    ],
    [work, document, frames_ns],
  );
  const here = useMemo(
    () => (ready ? frameChecks(editor.shown(), measuresOf(stage, frameIndex), frameIndex) : []),
    // Not used themselves: what is shown follows from them.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [editor, stage, ready, frameIndex, document, hidden],
  );
  return (
    <aside className="side scrolls" aria-label="Checks">
      <List title="In this frame" list={here} />
      <List title="In the task" list={always} />
    </aside>
  );
}

/** Of this frame alone, also while others are merged with it. */
const measuresOf = (stage: Stage, frameIndex: number): Measures => ({
  pointsIn: (cuboid, reachM = 0) => stage.pointsOf(frameIndex, cuboid, reachM),
  groundHeightAt: (x, y) => stage.view.groundHeightAt(x, y),
});

function List({ title, list }: { readonly title: string; readonly list: readonly Finding[] }) {
  return (
    <section className="panel-part" aria-label={title}>
      <h3>
        {title} <span className="faint numbers">{list.length}</span>
      </h3>
      {list.length === 0 && <p className="hint">Nothing was found.</p>}
      <ul className="label-list">
        {list.map((finding, at) => (
          <Row key={`${at} ${finding.id} ${finding.sentence}`} finding={finding} />
        ))}
      </ul>
    </section>
  );
}

function Row({ finding: { id, frame, sentence, serious } }: { readonly finding: Finding }) {
  const { editor } = useEditor();
  const go = () => {
    if (frame !== null) editor.step(frame - editor.frameIndex);
    editor.select(id);
    const cuboid = id === null ? null : editor.cuboid(id);
    if (cuboid !== null) editor.stage?.lookAt(cuboid);
  };
  return (
    <li>
      <button type="button" className="row-button finding" onClick={go}>
        <span className={serious ? "warn grow" : "grow"}>{sentence}</span>
        {frame !== null && <span className="faint numbers">{frame + 1}</span>}
      </button>
    </li>
  );
}
