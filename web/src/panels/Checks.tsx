import { type ReactNode, useMemo, useState } from "react";
import { useStore } from "zustand";
import type { Stage } from "../app/editor/stage";
import type { Finding } from "../app/editor/checks";
import { remedyOf } from "../app/editor/remarks";
import { lookAtUnlabeled } from "../app/editor/commands";
import { ActionKey } from "./ActionKey";
import { useDocument, useEditor, useNamed, useView } from "./useEditor";

/** A list that long is not read to its end; the key goes on from one to the next. */
const MOST_SHOWN = 30;

/** What may be wrong, while one works; a click goes there. */
export function Checks({ stage }: { readonly stage: Stage }) {
  const { editor } = useEditor();
  const { document } = useDocument();
  const frameIndex = useView((view) => view.frameIndex);
  const ready = useStore(stage.status, (status) => status.ready);
  const { work } = editor;
  const places = useStore(editor.openPlaces.state);
  const here = places.frame === frameIndex ? places.here : [];
  const chunk = ready ? stage.feed.peek(frameIndex) : null;
  const without = useMemo(
    () => (chunk === null ? [] : editor.framesCheck.unlabeledIn(frameIndex, chunk)),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [editor, chunk, frameIndex, document],
  );
  return (
    <aside className="side scrolls" aria-label="Checks">
      <List title="In this frame" list={here} />
      <List title="In the task" list={places.always} />
      <AllFrames stage={stage} />
      {work.checks["unlabeled"] !== "off" && (
        <List title="Without a cuboid" list={without} most={MOST_SHOWN}>
          <p className="hint">
            <ActionKey id="check.unlabeled" /> goes from one to the next.
          </p>
        </List>
      )}
    </aside>
  );
}

/** What the points of every frame say, when it is asked. */
function AllFrames({ stage }: { readonly stage: Stage }) {
  const { editor } = useEditor();
  const { document } = useDocument();
  const state = useStore(editor.framesCheck.state);
  const { done, of, found, problem } = state;
  const isOld = found !== null && state.document !== document;
  const run = () => void editor.framesCheck.run(stage.feed);
  return (
    <List title="In all frames" list={found ?? []} silent={found === null}>
      {done !== null && (
        <p className="hint" role="status">
          Frame {Math.min(of, done + 1)} of {of}… <progress max={of} value={done} />
        </p>
      )}
      {problem !== null && <p className="note bad">{problem}</p>}
      {isOld && <p className="hint">Something has changed since.</p>}
      <button
        type="button"
        className="button small"
        onClick={done === null ? run : () => editor.framesCheck.stop()}
      >
        {done !== null ? "Stop" : found === null ? "Check all frames" : "Check again"}
      </button>
    </List>
  );
}

interface ListProps {
  readonly title: string;
  readonly list: readonly Finding[];
  readonly most?: number;
  /** Nothing was looked for yet. */
  readonly silent?: boolean;
  readonly children?: ReactNode;
}

function List({ title, list, most = Infinity, silent = false, children }: ListProps) {
  const { editor } = useEditor();
  const [isWhole, setWhole] = useState(false);
  const order = list.length === 0 ? [] : editor.tracks().map(({ id }) => id);
  return (
    <section className="panel-part" aria-label={title}>
      <h3>
        {title} {!silent && <span className="faint numbers">{list.length}</span>}
      </h3>
      {list.length === 0 && !silent && <p className="hint">Nothing was found.</p>}
      <ul className="label-list">
        {list.slice(0, isWhole ? undefined : most).map((finding, at) => (
          <Row key={`${at} ${finding.id} ${finding.sentence}`} finding={finding} number={order.indexOf(finding.id ?? "") + 1} />
        ))}
      </ul>
      {list.length > most && !isWhole && (
        <button type="button" className="button small" onClick={() => setWhole(true)}>
          And {list.length - most} farther away
        </button>
      )}
      {children}
    </section>
  );
}

interface RowProps {
  readonly finding: Finding;
  /** Of its object in the list of objects; 0: it is about none. */
  readonly number: number;
}

function Row({ finding: { id, frame, sentence, serious, at, check }, number }: RowProps) {
  const { editor } = useEditor();
  const named = useNamed();
  // Most are of the frame that is shown: its number says nothing there.
  const isElsewhere = useView((view) => frame !== null && frame !== view.frameIndex);
  const go = () => {
    if (frame !== null) editor.step(frame - editor.frameIndex);
    if (at !== undefined) {
      lookAtUnlabeled(editor, at);
      return;
    }
    editor.select(id);
    if (id !== null) editor.stage?.lookAt(id);
  };
  return (
    <li>
      <button type="button" className="row-button finding" title={check && remedyOf(check, named)} onClick={go}>
        <span className={serious ? "warn grow" : "grow"}>{sentence}</span>
        <span className="faint numbers">
          {number > 0 && `#${number}`} {isElsewhere && `frame ${frame! + 1}`}
        </span>
      </button>
    </li>
  );
}
