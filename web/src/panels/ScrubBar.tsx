import { type KeyboardEvent, memo, type PointerEvent, useEffect, useMemo, useRef } from "react";
import { barPath, diamondPath, marksOf, stretchesOf } from "../app/editor/marks";
import { useDocument, useEditor, useView } from "./useEditor";
import { useWidth } from "./useWidth";

const HEIGHT_PX = 40;
const SMALLEST_LABEL_PX = 34;
const PAGE = 10;

/** The frames in time, to click and drag on; the marks are those of the selected object. */
export function ScrubBar() {
  const { editor } = useEditor();
  const frameIndex = useView((view) => view.frameIndex);
  const bar = useRef<HTMLDivElement>(null);
  const width = useWidth(bar);
  const count = editor.frames_ns.length;
  const scrub = useScrub();
  const press = (event: KeyboardEvent) => {
    const by = STEPS[event.key]?.(count);
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    editor.step(by);
  };
  const seconds = ((editor.frames_ns[frameIndex] ?? 0) / 1e9).toFixed(2);
  return (
    <div
      ref={bar}
      className="scrub"
      role="slider"
      tabIndex={0}
      aria-label="Frame"
      aria-valuemin={1}
      aria-valuemax={count}
      aria-valuenow={frameIndex + 1}
      aria-valuetext={`Frame ${frameIndex + 1} of ${count}, ${seconds} s`}
      onKeyDown={press}
      {...scrub}
    >
      {width > 0 && <Marks width_px={width} />}
      <span
        className="playhead"
        style={{ left: `${(100 * frameIndex) / count}%`, width: `max(2px, ${100 / count}%)` }}
      />
    </div>
  );
}

const STEPS: Readonly<Record<string, (count: number) => number>> = {
  ArrowLeft: () => -1,
  ArrowDown: () => -1,
  ArrowRight: () => 1,
  ArrowUp: () => 1,
  PageDown: () => -PAGE,
  PageUp: () => PAGE,
  Home: (count) => -count,
  End: (count) => count,
};

/** Pressing goes to the frame under the pointer, dragging follows it. */
export function useScrub() {
  const { editor } = useEditor();
  const go = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const fraction = (event.clientX - box.left) / box.width;
    const index = Math.floor(fraction * editor.frames_ns.length);
    editor.step(index - editor.frameIndex);
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      go(event);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) go(event);
    },
  };
}

/** All that stays as it is while time passes. */
const Marks = memo(function Marks({ width_px }: { readonly width_px: number }) {
  const { editor } = useEditor();
  const { document } = useDocument();
  const selected = useView((view) => view.selected);
  const { frames_ns, work } = editor;
  const count = frames_ns.length;
  const frame_px = width_px / count;
  const marks = selected === null ? null : marksOf(document, selected, frames_ns);
  const onlyLooked = useMemo(() => {
    const labeled = new Set(work.config.frames);
    return stretchesOf(frames_ns.map((_, index) => !labeled.has(index)));
  }, [frames_ns, work]);
  const step = labelStep(frame_px);
  const numbered = Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step);
  return (
    <svg className="marks" width={width_px} height={HEIGHT_PX} aria-hidden>
      <path className="mark-looked" d={barPath(onlyLooked, frame_px, 0, HEIGHT_PX)} />
      {frame_px >= 8 && <path className="mark-frames" d={gridPath(count, frame_px)} />}
      <Buffered frame_px={frame_px} />
      {marks !== null && <path className="mark-bar" d={barPath(marks.stretches, frame_px, 9, 13)} />}
      {marks !== null && <path className="mark-key" d={diamondPath(marks.keys, frame_px, 11, 5)} />}
      {numbered.map((index) => (
        <text key={index} x={(index + 0.5) * frame_px} y={31}>
          {index + 1}
        </text>
      ))}
    </svg>
  );
});

/** Frames come by the dozen, and each change paints the bar. */
const BUFFERED_EVERY_MS = 200;

/** Which frames are decoded; written past React, because it changes while playing. */
function Buffered({ frame_px }: { readonly frame_px: number }) {
  const { editor } = useEditor();
  const path = useRef<SVGPathElement>(null);
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | null = null;
    const draw = () => {
      due = null;
      const { stage, frames_ns } = editor;
      const decoded = stretchesOf(frames_ns.map((_, index) => stage?.isDecoded(index) ?? false));
      path.current?.setAttribute("d", barPath(decoded, frame_px, HEIGHT_PX - 3, HEIGHT_PX));
    };
    const ask = () => {
      due ??= setTimeout(draw, BUFFERED_EVERY_MS);
    };
    draw();
    const stop = editor.decoded.subscribe(ask);
    return () => {
      stop();
      if (due !== null) clearTimeout(due);
    };
  }, [editor, frame_px]);
  return <path ref={path} className="mark-buffered" />;
}

/** Every how many frames there is room for a number. */
function labelStep(frame_px: number): number {
  const least = SMALLEST_LABEL_PX / frame_px;
  for (let ten = 1; ; ten *= 10) {
    for (const step of [ten, 2 * ten, 5 * ten]) if (step >= least) return step;
  }
}

function gridPath(count: number, frame_px: number): string {
  return Array.from({ length: count - 1 }, (_, at) => {
    const x = ((at + 1) * frame_px).toFixed(1);
    return `M${x} 0V${HEIGHT_PX}`;
  }).join("");
}
