import { useMemo } from "react";
import { useStore } from "zustand";
import { measuredAt, type SeenLater, seenLater, speedAt } from "../app/editor/objectTime";
import { Check } from "./DisplayPanel";
import { useDocument, useEditor, useLook, useView } from "./useEditor";

/**
 * A moving object: over which of the sweep's time it was measured, and where it was when each picture
 * was taken. Where files tell the time of points on the clock of the pictures, cuboids are drawn there;
 * elsewhere as they are in the frame, for where a camera is triggered by the sweep that is right, and
 * a frame may be stamped with any instant of its sweep.
 */
export function ObjectTime({ id }: { readonly id: string }) {
  const { editor } = useEditor();
  const { document } = useDocument();
  const frameIndex = useView((view) => view.frameIndex);
  // Not that any frame came, of which the batch view asks for dozens.
  const isHere = useStore(editor.decoded, () => editor.stage?.isDecoded(frameIndex) ?? false);
  const atPictures = useLook((look) => look.atPictures);
  const { frames } = editor.work.scene;
  const told = useMemo(() => {
    const frame = frames[frameIndex];
    const speed = frame === undefined ? null : speedAt(document, id, frame.time_ns);
    if (frame === undefined || speed === null) return null;
    const times = editor.stage?.timesOf(frameIndex, id) ?? null;
    const measured_ns = times === null ? null : measuredAt(frame, times.mean_s);
    const later = seenLater(frame.images, measured_ns ?? frame.time_ns, speed);
    return { speed, times, isKnown: measured_ns !== null, later };
    // That its points came is not used itself, what the stage says of them is.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [editor, document, id, frames, frameIndex, isHere]);
  if (told === null || (told.times === null && told.later.length === 0)) return null;
  const { speed, times, isKnown, later } = told;
  const sentenceOf = isKnown ? (atPictures ? drawnThere : besideIt) : maybeBesideIt;
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
          average. It moves {metres(speed * (times.last_s - times.first_s))} meanwhile: fit it to the
          middle of its points.
        </p>
      )}
      {later.length > 0 && (
        <ul className="hint">
          {later.map((seen) => (
            <li key={seen.camera}>
              {seen.camera}: {sentenceOf(seen)}
            </li>
          ))}
        </ul>
      )}
      {isKnown && later.length > 0 && (
        <Check checked={atPictures} onChange={(on) => editor.look.setState({ atPictures: on })}>
          Draw it in each picture where it was then
        </Check>
      )}
    </section>
  );
}

const CM = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const metres = (length_m: number) => `${CM.format(length_m)} m`;

function whenOf({ later_ms }: SeenLater): string {
  return `${Math.abs(Math.round(later_ms))} ms ${later_ms > 0 ? "after" : "before"}`;
}

const drawnThere = (seen: SeenLater) =>
  `${whenOf(seen)} its points, drawn ${metres(seen.movedM)} ${seen.later_ms > 0 ? "further" : "back"}`;
const besideIt = (seen: SeenLater) => `${whenOf(seen)} its points, ${metres(seen.movedM)} off`;
const maybeBesideIt = (seen: SeenLater) => `${whenOf(seen)} the frame, up to ${metres(seen.movedM)} off`;
