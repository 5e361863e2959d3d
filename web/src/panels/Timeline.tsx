import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { RATES, type Rate } from "../app/editor/player";
import { CommandButton } from "./CommandButton";
import { ScrubBar } from "./ScrubBar";
import { TrackLanes } from "./TrackLanes";
import { useEditor, usePlayer, useView } from "./useEditor";

/** Playing, stepping and jumping in time; above it, if wanted, every track. */
export function Timeline() {
  const tracks = useView((view) => view.tracks);
  return (
    <section className="timeline" aria-label="Timeline">
      {tracks && <TrackLanes />}
      <div className="timeline-row">
        <div className="timeline-controls">
          <Buttons />
          <RateSelect />
          <FrameField />
        </div>
        <ScrubBar />
        <div className="timeline-end">
          <Seconds />
          <CommandButton id="tracks" icon="tracks" small pressed={tracks} />
        </div>
      </div>
    </section>
  );
}

function Buttons() {
  const { editor } = useEditor();
  const last = editor.frames_ns.length - 1;
  // Not the frame itself: a step in the middle of a scene changes no button.
  const isFirst = useView((view) => view.frameIndex === 0);
  const isLast = useView((view) => view.frameIndex === last);
  const nothing = useView((view) => view.selected === null);
  const playing = usePlayer((state) => state.playing);
  return (
    <div className="timeline-buttons">
      <CommandButton id="frame.first" icon="first" small disabled={isFirst} />
      <CommandButton id="keyframe.previous" icon="previousKey" small disabled={nothing} />
      <CommandButton id="frame.previous" icon="previous" small disabled={isFirst} />
      <CommandButton id="play" icon={playing ? "pause" : "play"} pressed={playing} disabled={last === 0} />
      <CommandButton id="frame.next" icon="next" small disabled={isLast} />
      <CommandButton id="keyframe.next" icon="nextKey" small disabled={nothing} />
      <CommandButton id="frame.last" icon="last" small disabled={isLast} />
    </div>
  );
}

function RateSelect() {
  const { editor } = useEditor();
  const rate = usePlayer((state) => state.rate);
  return (
    <select
      className="select rate"
      aria-label="Speed of playing"
      title="Speed of playing"
      value={rate}
      onChange={(event) => editor.player.setRate(Number(event.target.value) as Rate)}
    >
      {RATES.map((one) => (
        <option key={one} value={one}>
          {one}×
        </option>
      ))}
    </select>
  );
}

/** "Frame n of N"; a typed number goes there. */
function FrameField() {
  const { editor } = useEditor();
  const frameIndex = useView((view) => view.frameIndex);
  const jumping = useView((view) => view.jumping);
  const [typed, setTyped] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const count = editor.frames_ns.length;
  useEffect(() => {
    if (jumping) field.current?.focus();
  }, [jumping]);
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    const number = Number.parseInt(typed ?? "", 10);
    if (event.key === "Enter" && Number.isFinite(number)) editor.step(number - 1 - frameIndex);
    event.currentTarget.blur();
  };
  return (
    <label className="frame-field numbers">
      <span className="muted">Frame</span>
      <input
        ref={field}
        className="input"
        type="text"
        inputMode="numeric"
        autoComplete="off"
        aria-label="Frame number"
        size={Math.max(2, String(count).length)}
        value={typed ?? frameIndex + 1}
        onChange={(event) => setTyped(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => {
          setTyped(null);
          editor.view.setState({ jumping: false });
        }}
        onKeyDown={press}
      />
      <span className="muted">of {count}</span>
    </label>
  );
}

function Seconds() {
  const { editor } = useEditor();
  const frameIndex = useView((view) => view.frameIndex);
  return (
    <output className="numbers muted seconds" aria-label="Time">
      {((editor.frames_ns[frameIndex] ?? 0) / 1e9).toFixed(2)} s
    </output>
  );
}
