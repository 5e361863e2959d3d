import { useMemo } from "react";
import { useStore } from "zustand";
import { seenLater, speedAt } from "../app/editor/objectTime";
import { useDocument, useEditor, useView } from "./useEditor";

const CM = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/**
 * A moving object: over which of the sweep's time it was measured, and how far off the frame's instant
 * the pictures are. Cuboids are drawn in them as they are in the frame: the instant at which the sweep
 * passed the object is not told by every file, and where a camera is triggered by the sweep it is the
 * picture's own.
 */
export function ObjectTime({ id }: { readonly id: string }) {
  const { editor } = useEditor();
  const { document } = useDocument();
  const decoded = useStore(editor.decoded, ({ changes }) => changes);
  const frameIndex = useView((view) => view.frameIndex);
  const { frames } = editor.work.scene;
  const told = useMemo(() => {
    const frame = frames[frameIndex];
    const speed = frame === undefined ? null : speedAt(document, id, frame.time_ns);
    if (frame === undefined || speed === null) return null;
    const times = editor.stage?.timesOf(frameIndex, id) ?? null;
    return { speed, times, later: seenLater(frame.images, frame.time_ns, speed) };
    // Points that came are not used themselves, what the stage says of them is.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [editor, document, id, frames, frameIndex, decoded]);
  if (told === null || (told.times === null && told.later.length === 0)) return null;
  const { speed, times, later } = told;
  const ms = (seconds: number) => Math.round(1e3 * seconds);
  return (
    <section className="panel-part" aria-label="Where it is when">
      <div className="part-head">
        <h3 className="grow">Where it is when</h3>
        <output className="faint numbers">{speed.toFixed(1)} m/s</output>
      </div>
      {times !== null && (
        <p className="hint">
          Measured from {ms(times.first_s)} to {ms(times.last_s)} ms of the sweep, {ms(times.mean_s)} ms on
          average. It moves {CM.format(speed * (times.last_s - times.first_s))} m meanwhile: fit it to the
          middle of its points.
        </p>
      )}
      {later.length > 0 && (
        <ul className="label-list">
          {later.map(({ camera, later_ms, movedM }) => (
            <li key={camera} className="hint">
              {camera}: {Math.abs(Math.round(later_ms))} ms {later_ms > 0 ? "after" : "before"} the frame, up
              to {CM.format(movedM)} m off
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
