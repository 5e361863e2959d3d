import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { cuboidObject } from "../app/editor/edits";
import { framesAround, type FrameResidual, residuals } from "../app/editor/merging";
import { goToFrame } from "../app/editor/viewState";
import { AROUND_M, STILL_M } from "../geometry/stillness";
import { CommandButton } from "./CommandButton";
import { useDocument, useEditor, useView } from "./useEditor";

/** Points of many frames are looked through when nothing has changed for this long. */
const AFTER_MS = 200;

/**
 * While frames are merged, and of what is stationary anytime: how far the points of each frame stray
 * from the selected cuboid. Of frames that are not here yet nothing is told until they are merged.
 */
export function Stillness({ id }: { readonly id: string }) {
  const { editor } = useEditor();
  const { document } = useDocument();
  const decoded = useStore(editor.decoded, ({ changes }) => changes);
  const merge = useView((view) => view.merge);
  const frameIndex = useView((view) => view.frameIndex);
  const isAsked = merge.on || cuboidObject(document, id)?.stationary === true;
  const [found, setFound] = useState<readonly FrameResidual[]>([]);
  useEffect(() => {
    if (!isAsked) return;
    const timer = setTimeout(() => setFound(residuals(editor, id)), AFTER_MS);
    return () => clearTimeout(timer);
  }, [editor, id, document, decoded, merge, frameIndex, isAsked]);
  if (!isAsked || found.length === 0) return null;
  const around = 1 + framesAround(frameIndex, editor.frames_ns.length, merge.reach).length;
  const told = found.filter(({ outM }) => outM !== null);
  const worst = Math.max(0, ...told.map(({ outM }) => outM ?? 0));
  return (
    <section className="panel-part" aria-label="Points of the frames around">
      <div className="part-head">
        <h3 className="grow">{merge.on && merge.along ? "Does it fit in every frame?" : "Is it really stationary?"}</h3>
        <output className={worst > STILL_M ? "warn numbers" : "faint numbers"}>
          {told.length === 0 ? "too few points" : `up to ${worst.toFixed(2)} m`}
        </output>
      </div>
      <div className="residuals">
        {found.map(({ index, outM }) => (
          <button
            key={index}
            type="button"
            className={`residual ${outM === null ? "" : outM > STILL_M ? "warn" : "ok"} ${index === frameIndex ? "here" : ""}`}
            aria-label={`Frame ${index + 1}: ${textOf(outM)}`}
            title={`Frame ${index + 1}: ${textOf(outM)}`}
            onClick={() => goToFrame(editor.view, index, editor.frames_ns.length)}
          >
            <span style={{ height: `${Math.round(100 * Math.max(0.06, (outM ?? 0) / AROUND_M))}%` }} />
          </button>
        ))}
      </div>
      {!merge.on && found.length < around && (
        <p className="holds note">
          <span className="grow faint">
            {found.length} of {around} frames are here
          </span>
          <CommandButton id="points.merge" text="Merge all" small showKey />
        </p>
      )}
    </section>
  );
}

function textOf(outM: number | null): string {
  return outM === null ? "too few points" : `points stray by ${outM.toFixed(2)} m`;
}
