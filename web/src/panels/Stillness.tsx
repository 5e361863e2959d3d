import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { type FrameResidual, residuals } from "../app/editor/merging";
import { goToFrame } from "../app/editor/viewState";
import { AROUND_M, STILL_M } from "../geometry/stillness";
import { useDocument, useEditor, useView } from "./useEditor";

/** Points of many frames are looked through when nothing has changed for this long. */
const AFTER_MS = 200;

/** While frames are merged: how far the points of each stray from the selected cuboid. */
export function Stillness({ id }: { readonly id: string }) {
  const { editor } = useEditor();
  const { document } = useDocument();
  const decoded = useStore(editor.decoded, ({ changes }) => changes);
  const merge = useView((view) => view.merge);
  const frameIndex = useView((view) => view.frameIndex);
  const [found, setFound] = useState<readonly FrameResidual[]>([]);
  useEffect(() => {
    if (!merge.on) return;
    const timer = setTimeout(() => setFound(residuals(editor, id)), AFTER_MS);
    return () => clearTimeout(timer);
  }, [editor, id, document, decoded, merge, frameIndex]);
  if (!merge.on || found.length === 0) return null;
  const told = found.filter(({ outM }) => outM !== null);
  const worst = Math.max(0, ...told.map(({ outM }) => outM ?? 0));
  return (
    <section className="panel-part" aria-label="Points of the merged frames">
      <div className="part-head">
        <h3 className="grow">{merge.along ? "Does it fit in every frame?" : "Is it really standing?"}</h3>
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
    </section>
  );
}

function textOf(outM: number | null): string {
  return outM === null ? "too few points" : `points stray by ${outM.toFixed(2)} m`;
}
