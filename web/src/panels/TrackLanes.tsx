import { memo, useEffect, useMemo, useRef, useState } from "react";
import { barPath, diamondPath, gapsOf, marksOf, type TrackMarks } from "../app/editor/marks";
import { idsOf } from "../model/document";
import { thingOf } from "../model/polygons";
import { useScrub } from "./ScrubBar";
import { useDocument, useEditor, useView } from "./useEditor";
import { useWidth } from "./useWidth";

const ROW_PX = 24;
/** As many as the tallest box shows. */
const VISIBLE_ROWS = 10;
/** Drawn beyond what is seen, so that a slow scroll finds them there. */
const SPARE_ROWS = 4;

/** All objects in time, a lane each; only those that are seen are on the page. */
export function TrackLanes() {
  const { editor } = useEditor();
  const { document } = useDocument();
  const selected = useView((view) => view.selected);
  const also = useView((view) => view.also);
  const [first, setFirst] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLDivElement>(null);
  const width = useWidth(area);
  const ids = useMemo(
    () => idsOf(document).filter((id) => thingOf(document, id) !== null),
    [document],
  );
  useEffect(() => {
    const at = selected === null ? -1 : ids.indexOf(selected);
    const box = scroller.current;
    if (at < 0 || box === null) return;
    if (at * ROW_PX < box.scrollTop) box.scrollTop = at * ROW_PX;
    const lowest = (at + 1) * ROW_PX - box.clientHeight;
    if (lowest > box.scrollTop) box.scrollTop = lowest;
    // Only a new selection scrolls: an edit must not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selected]);

  const from = Math.max(0, first - SPARE_ROWS);
  const seen = ids.slice(from, first + VISIBLE_ROWS + SPARE_ROWS);
  return (
    <div className="lanes" role="region" aria-label="Tracks of all objects">
      <div
        ref={scroller}
        className="lanes-scroll"
        onScroll={(event) => setFirst(Math.floor(event.currentTarget.scrollTop / ROW_PX))}
      >
        <ul className="lanes-all" style={{ height: ids.length * ROW_PX }}>
          {seen.map((id, at) => {
            const object = thingOf(document, id);
            if (object === null) return null;
            return (
              <Lane
                key={id}
                id={id}
                number={from + at + 1}
                name={editor.display(object.label)}
                colour={editor.colour(object.label)}
                marks={marksOf(document, id, editor.frames_ns)}
                isSelected={id === selected || also.includes(id)}
                width_px={width}
              />
            );
          })}
        </ul>
      </div>
      <div className="lanes-area" ref={area}>
        <LanePlayhead />
      </div>
      {ids.length === 0 && <p className="lanes-empty muted">Nothing is labeled yet.</p>}
    </div>
  );
}

interface LaneProps {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly colour: string;
  readonly marks: TrackMarks;
  readonly isSelected: boolean;
  readonly width_px: number;
}

const Lane = memo(function Lane(props: LaneProps) {
  const { id, number, name, colour, marks, isSelected, width_px } = props;
  const { editor } = useEditor();
  const scrub = useScrub();
  const frame_px = width_px / editor.frames_ns.length;
  const keys = marks.keys.length;
  return (
    <li className={`lane ${isSelected ? "chosen" : ""}`} style={{ top: (number - 1) * ROW_PX }}>
      <button
        type="button"
        className="lane-name"
        aria-pressed={isSelected}
        onClick={(event) =>
          event.ctrlKey || event.metaKey ? editor.toggle(id) : editor.select(id)
        }
      >
        <span className="swatch" style={{ background: colour }} />
        <span className="faint numbers">{number}</span>
        <span className="cut grow">{name}</span>
        <span className="faint numbers">
          {keys} {keys === 1 ? "keyframe" : "keyframes"}
        </span>
      </button>
      <div
        className="lane-track"
        {...scrub}
        onPointerDown={(event) => {
          editor.select(id);
          scrub.onPointerDown(event);
        }}
      >
        <svg width={width_px} height={ROW_PX} aria-hidden>
          <path
            className="lane-bar"
            style={{ fill: colour }}
            d={barPath(marks.stretches, frame_px, 8, 16)}
          />
          <path
            className="lane-gap"
            style={{ fill: colour }}
            d={barPath(gapsOf(marks.stretches), frame_px, 11.5, 12.5)}
          />
          <path
            className="lane-key"
            d={diamondPath(marks.keys, frame_px, 12, Math.min(5, Math.max(2.5, frame_px)))}
          />
        </svg>
      </div>
    </li>
  );
});

function LanePlayhead() {
  const { editor } = useEditor();
  const frameIndex = useView((view) => view.frameIndex);
  const left = (100 * (frameIndex + 0.5)) / editor.frames_ns.length;
  return <span className="lane-playhead" style={{ left: `${left}%` }} />;
}
