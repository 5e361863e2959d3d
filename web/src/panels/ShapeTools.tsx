import { useEffect, useState } from "react";
import { useStore } from "zustand";
import type { Editor } from "../app/editor/editor";
import { cuboidObject } from "../app/editor/edits";
import { sizeByName, usualSize } from "../app/editor/labels";
import { type Named, stripRemark, unusualRemark, usualRemark } from "../app/editor/remarks";
import type { Shape } from "../app/editor/shape";
import { othersBeside } from "../app/editor/shown";
import type { Stage } from "../app/editor/stage";
import { usualOf } from "../app/editor/usual";
import { sameValue } from "../model/edits";
import { CommandButton } from "./CommandButton";
import { useDocument, useEditor, useMayEdit, useNamed, useView } from "./useEditor";

/** While a hand drags, the count follows this often. */
const COUNT_EVERY_MS = 80;

/** What brings a cuboid to its points, and how many there are. */
export function ShapeTools({ id }: { readonly id: string }) {
  const { editor } = useEditor();
  const disabled = !useMayEdit();
  const { stage } = editor;
  if (stage === null) return null;
  return (
    <section className="panel-part" aria-label="Fit to the points">
      <div className="part-head">
        <h3 className="grow">Fit to the points</h3>
        <PointsInside id={id} stage={stage} />
      </div>
      <div className="button-row">
        <CommandButton id="shape.fit" text="Fit" small showKey disabled={disabled} />
        <CommandButton id="shape.onto" text="Move onto" small showKey disabled={disabled} />
        <CommandButton id="shape.ground" text="Ground" small showKey disabled={disabled} />
        <CommandButton id="shape.flip" text="Turn around" small showKey disabled={disabled} />
        <CommandButton id="shape.quarter" text="Quarter" small showKey disabled={disabled} />
        <CommandButton id="shape.usual" text="Usual size" small showKey disabled={disabled} />
      </div>
      <Said id={id} stage={stage} />
    </section>
  );
}

/** Of the cuboid as it is shown now, also while it is dragged. */
function PointsInside({ id, stage }: { readonly id: string; readonly stage: Stage }) {
  const { editor } = useEditor();
  const { document } = useDocument();
  const frameIndex = useView((view) => view.frameIndex);
  const ready = useStore(stage.status, (status) => status.ready);
  const [count, setCount] = useState<number | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const look = () => {
      timer = null;
      const preview = stage.preview();
      const cuboid = preview?.id === id ? preview.cuboid : editor.cuboid(id);
      setCount(ready && cuboid !== null ? stage.shape.count(cuboid) : null);
    };
    look();
    let held = stage.preview();
    const stop = stage.onPreview(() => {
      // What a hand holds may be a polygon.
      if (stage.preview() === held) return;
      held = stage.preview();
      timer ??= setTimeout(look, COUNT_EVERY_MS);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [editor, stage, id, document, frameIndex, ready]);
  if (count === null) return null;
  return (
    <output className={count === 0 ? "warn numbers" : "faint numbers"} aria-label="Points inside" title="As the answer counts them: the ground’s, too">
      {count === 1 ? "1 point" : `${count.toLocaleString("en")} points`}
    </output>
  );
}

/** Longer than a key repeats: while one nudges, nothing is looked for. */
const AFTER_MS = 250;

/** Why the last change was not made, and what its points say of the object as it is now. */
function Said({ id, stage }: { readonly id: string; readonly stage: Stage }) {
  const { editor } = useEditor();
  const { document } = useDocument();
  const frameIndex = useView((view) => view.frameIndex);
  const ready = useStore(stage.status, (status) => status.ready);
  const refusal = useStore(stage.shape.refusal);
  const named = useNamed();
  const [remarks, setRemarks] = useState<readonly string[]>([]);
  useEffect(() => {
    const look = () => setRemarks(ready ? remarksOn(editor, stage.shape, id, named) : []);
    const timer = setTimeout(look, AFTER_MS);
    return () => clearTimeout(timer);
  }, [editor, stage, id, document, frameIndex, ready, named]);
  // Of another object, or of how this one was, it says nothing any more.
  const isNow = refusal.sentence !== null && sameValue(refusal.of, editor.cuboid(id));
  return (
    <div role="status">
      {(isNow ? [refusal.sentence, ...remarks] : remarks).map((sentence) => (
        <p key={sentence} className="hint">
          {sentence}
        </p>
      ))}
    </div>
  );
}

function remarksOn(editor: Editor, shape: Shape, id: string, named: Named): readonly string[] {
  const [cuboid, object] = [editor.cuboid(id), cuboidObject(editor.document, id)];
  if (cuboid === null || object === null) return [];
  const strips = shape.beside(cuboid, othersBeside(editor.shown(), id));
  const display = editor.display(object.label);
  const others = usualOf(editor.document, object.label, id);
  const unseen = usualRemark(display, cuboid.size, [usualSize(object.label), others.size], (axis) => shape.unseen(cuboid, axis));
  // Of a name that says nothing and has no others, no size is usual.
  const known = [others.count > 0 ? others.size : null, sizeByName(object.label)].filter((size) => size !== null);
  const unusual = unusualRemark(display, cuboid.size, known, named);
  return [...strips.map((strip) => stripRemark(strip, named)), ...[unusual, unseen].filter((said) => said !== null)];
}
