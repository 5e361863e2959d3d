import { memo, useCallback, useEffect, useState } from "react";
import { useStore } from "zustand";
import { Batch } from "../app/editor/batch";
import { CROP_SIDES } from "../app/editor/batchCommands";
import type { PoseMark } from "../app/editor/batchEdits";
import type { BatchCell } from "../app/editor/batchPictures";
import { cuboidObject, otherSizes, spreadSize } from "../app/editor/edits";
import type { Stage } from "../app/editor/stage";
import type { CropSides } from "../scene3d/cropgrid";
import { ActionKey } from "./ActionKey";
import { Banners } from "./Banners";
import { CommandButton } from "./CommandButton";
import { Icon } from "./Icon";
import { LabelTag } from "./LabelTag";
import { useDocument, useEditor, useStatus, useView } from "./useEditor";

const SIDES: Readonly<Record<CropSides, string>> = { top: "Top", side: "Side", front: "Front", all: "All three" };

/** The selected object in all of its frames: a crop a frame, edited together. */
export function BatchView({ stage }: { readonly stage: Stage }) {
  const { editor } = useEditor();
  const [batch, setBatch] = useState<Batch | null>(null);
  const attach = useCallback(
    (host: HTMLDivElement) => {
      const made = new Batch(host, editor, stage);
      setBatch(made);
      host.focus({ preventScroll: true });
      return () => made.dispose();
    },
    [editor, stage],
  );
  useEffect(() => () => stage.view.canvas.focus({ preventScroll: true }), [stage]);
  useEffect(() => (batch === null ? undefined : goOnEnter(batch)), [batch]);
  return (
    <section className="batch" aria-label="Batch view">
      {batch !== null && <Bar batch={batch} />}
      <div className="batch-grid" ref={attach} tabIndex={0} role="listbox" aria-multiselectable aria-label="Frames">
        {batch !== null && <Cells batch={batch} />}
        <Banners stage={stage} />
      </div>
      {batch !== null && <Foot batch={batch} />}
    </section>
  );
}

/** Enter in the grid goes to the frame that is chosen or pointed at. */
function goOnEnter(batch: Batch): () => void {
  const press = (event: KeyboardEvent) => {
    const isHere = event.target === document.body || event.target === batch.element;
    if (event.defaultPrevented || event.code !== "Enter" || !isHere) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const [frame] = batch.targets;
    if (frame !== undefined) batch.goTo(frame);
  };
  window.addEventListener("keydown", press);
  return () => window.removeEventListener("keydown", press);
}

function Bar({ batch }: { readonly batch: Batch }) {
  const { editor } = useEditor();
  useDocument();
  const selected = useView((view) => view.selected);
  const sides = useStore(batch.state, (state) => state.sides);
  const frames = useStore(batch.state, (state) => state.frames.length);
  const object = selected === null ? null : cuboidObject(editor.document, selected);
  if (object === null) return null;
  return (
    <header className="batch-bar">
      <LabelTag colour={editor.colour(object.label)} tag={editor.tag(object.label)} />
      <h2 className="cut">
        {editor.display(object.label)} in {frames === 1 ? "1 frame" : `${frames} frames`}
      </h2>
      <div className="batch-sides" role="group" aria-label="Seen from">
        {CROP_SIDES.map((side) => (
          <button
            key={side}
            type="button"
            className="button small"
            aria-pressed={side === sides}
            onClick={() => batch.showSides(side)}
          >
            {SIDES[side]}
          </button>
        ))}
      </div>
      <Pager batch={batch} />
      <span className="grow" />
      <Tools batch={batch} />
      <span className="divider" />
      <CommandButton id="batch" icon="close" small className="quiet" name="Close the batch view" />
    </header>
  );
}

function Pager({ batch }: { readonly batch: Batch }) {
  const page = useStore(batch.state, (state) => state.page);
  const pages = useStore(batch.state, (state) => state.pages);
  const frames = useStore(batch.state, (state) => state.frames.length);
  if (pages < 2) return null;
  const size = batch.pictures.pageSize;
  return (
    <div className="batch-pages">
      <button
        type="button"
        className="button icon small"
        aria-label="Earlier frames"
        disabled={page === 0}
        onClick={() => batch.showPage(page - 1)}
      >
        <Icon name="previous" />
      </button>
      <span className="numbers">
        {page * size + 1}–{Math.min(frames, (page + 1) * size)} of {frames}
      </span>
      <button
        type="button"
        className="button icon small"
        aria-label="Later frames"
        disabled={page === pages - 1}
        onClick={() => batch.showPage(page + 1)}
      >
        <Icon name="next" />
      </button>
    </div>
  );
}

/** What can be done to the frames that are chosen; by keys also to the one under the pointer. */
function Tools({ batch }: { readonly batch: Batch }) {
  const { editor } = useEditor();
  useStatus((status) => status.editing);
  const id = useView((view) => view.selected);
  useView((view) => view.locked);
  const chosen = useStore(batch.state, (state) => state.choice.chosen);
  const off = !batch.mayEdit || chosen.size === 0;
  const object = id === null ? null : cuboidObject(editor.document, id);
  const moves = object?.stationary === false;
  const [first] = batch.targets;
  const time_ns = editor.frames_ns[first ?? -1];
  const others = id === null || time_ns === undefined || chosen.size === 0 ? 0 : otherSizes(editor.document, id, time_ns);
  return (
    <div className="batch-tools" role="toolbar" aria-label="For the chosen frames">
      <CommandButton id="shape.fit" text="Fit" small disabled={off} />
      <CommandButton id="shape.onto" text="Move onto" small disabled={off} />
      <CommandButton id="shape.ground" text="Ground" small disabled={off} />
      <CommandButton id="shape.flip" text="Turn around" small disabled={off} />
      {others > 0 && id !== null && time_ns !== undefined && (
        <button
          type="button"
          className="button small"
          title="The size in the first chosen frame, in every keyframe"
          disabled={off}
          onClick={() => batch.edit(spreadSize(editor.document, id, time_ns))}
        >
          Same size in all
        </button>
      )}
      <span className="divider" />
      {moves && (
        <CommandButton id="keyframe.add" text="Keyframe" small disabled={off} name="Keyframe in the chosen frames" />
      )}
      {moves && (
        <CommandButton id="keyframe.remove" text="Remove" small disabled={off} name="Remove the keyframes" />
      )}
      <CommandButton
        id="object.hide"
        text="Not here"
        small
        disabled={off}
        name="The object is not in these frames, or is again"
      />
    </div>
  );
}

function Cells({ batch }: { readonly batch: Batch }) {
  const cells = useStore(batch.pictures.cells, (state) => state.list);
  const hovered = useStore(batch.state, (state) => state.hovered);
  return cells.map((cell) => <Cell key={cell.frame} cell={cell} hovered={cell.frame === hovered} batch={batch} />);
}

const MARKS: Readonly<Record<PoseMark, readonly [sign: string, name: string]>> = {
  key: ["◆", "keyframe"],
  between: ["◇", "interpolated"],
  stationary: ["■", "stationary"],
};

interface CellProps {
  readonly cell: BatchCell;
  readonly hovered: boolean;
  readonly batch: Batch;
}

/** The pointer goes through it, to the canvas below; only what failed can be asked for again. */
const Cell = memo(function Cell({ cell, hovered, batch }: CellProps) {
  const { frame, rect, mark, present, chosen, points, problem } = cell;
  const [sign, name] = MARKS[mark];
  const there = present ? name : "not here";
  const count = points === null ? "" : points === 1 ? "1 point" : `${points} points`;
  const classes = ["batch-cell", chosen && "chosen", hovered && "hovered", !present && "absent"];
  return (
    <div
      role="option"
      aria-selected={chosen}
      aria-label={[`Frame ${frame + 1}`, there, count].filter(Boolean).join(", ")}
      className={classes.filter(Boolean).join(" ")}
      style={{ left: rect.x, top: rect.y, width: rect.width, height: rect.height }}
    >
      <div className="batch-head">
        <span className="numbers">{frame + 1}</span>
        <span className={`batch-mark ${mark}`}>{sign}</span>
        <span className="cut grow faint">{present ? "" : "not here"}</span>
        <span
          className={points === 0 && present ? "warn numbers" : "faint numbers"}
          title="Points inside, as the answer counts them: the ground’s, too"
        >
          {points ?? ""}
        </span>
      </div>
      {points === null && problem === null && <span className="batch-wait">Loading…</span>}
      {problem !== null && (
        <button
          type="button"
          className="button small batch-retry"
          title={problem}
          onClick={() => batch.pictures.points.retry()}
        >
          Load again
        </button>
      )}
    </div>
  );
});

/** What commands will act on, and what the last one had to say. */
function Foot({ batch }: { readonly batch: Batch }) {
  const { editor } = useEditor();
  const chosen = useStore(batch.state, (state) => state.choice.chosen.size);
  const hovered = useStore(batch.state, (state) => state.hovered);
  const sentence = useStore(editor.notice, (notice) => notice.sentence);
  const acts =
    chosen > 0
      ? `Keys act on ${chosen === 1 ? "the chosen frame" : `${chosen} chosen frames`}.`
      : hovered === null
        ? "Keys act on the crop under the pointer, or on chosen ones."
        : `Keys act on frame ${hovered + 1}.`;
  return (
    <footer className="batch-foot">
      <span className="numbers">{acts}</span>
      <span role="status" className="grow warn cut">
        {sentence}
      </span>
      <span className="faint where-wide">
        Click, Ctrl, Shift choose; <ActionKey id="select.label" /> all. Enter goes to the frame,{" "}
        <ActionKey id="tool.select" which="last" /> closes.
      </span>
    </footer>
  );
}
