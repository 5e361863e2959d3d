import { useEffect, useRef } from "react";
import { keysOf, presentAt } from "../model/interpolate";
import { CommandButton } from "./CommandButton";
import { Icon } from "./Icon";
import { useDocument, useEditor, useView } from "./useEditor";

/** The frames in time; the marks are the keyframes of the selected object. */
export function Timeline() {
  const { editor } = useEditor();
  const frameIndex = useView((view) => view.frameIndex);
  const count = editor.frames_ns.length;
  return (
    <section className="timeline" aria-label="Timeline">
      <div className="timeline-buttons">
        <EndButton to="first" disabled={frameIndex === 0} />
        <CommandButton id="frame.previous" icon="previous" small disabled={frameIndex === 0} />
        <output className="frame-number numbers" aria-label="Frame">
          {frameIndex + 1} <span className="faint">/ {count}</span>
        </output>
        <CommandButton id="frame.next" icon="next" small disabled={frameIndex === count - 1} />
        <EndButton to="last" disabled={frameIndex === count - 1} />
      </div>
      <Track />
      <span className="numbers muted">{(editor.time_ns / 1e9).toFixed(2)} s</span>
    </section>
  );
}

interface EndButtonProps {
  readonly to: "first" | "last";
  readonly disabled: boolean;
}

function EndButton({ to, disabled }: EndButtonProps) {
  const { editor } = useEditor();
  const name = to === "first" ? "First frame" : "Last frame";
  const count = editor.frames_ns.length;
  return (
    <button
      type="button"
      className="button icon small quiet"
      aria-label={name}
      title={name}
      disabled={disabled}
      onClick={() => editor.step(to === "first" ? -count : count)}
    >
      <Icon name={to} />
    </button>
  );
}

function Track() {
  const { editor } = useEditor();
  const { document } = useDocument();
  const selected = useView((view) => view.selected);
  const frameIndex = useView((view) => view.frameIndex);
  const current = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    current.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [frameIndex]);
  const keys = new Set(selected === null ? [] : keysOf(document, selected));
  const { frames } = editor.work.config;
  return (
    <div className="frames" role="group" aria-label="Frames">
      {editor.frames_ns.map((time_ns, index) => {
        const isKey = keys.has(time_ns);
        const there = selected !== null && presentAt(document, selected, time_ns);
        const classes = ["frame", there && "there", !frames.includes(index) && "looked-at"];
        const name = `Frame ${index + 1}${isKey ? ", keyframe" : ""}`;
        return (
          <button
            key={time_ns}
            ref={index === frameIndex ? current : null}
            type="button"
            className={classes.filter(Boolean).join(" ")}
            aria-label={name}
            aria-current={index === frameIndex ? "step" : undefined}
            title={`${name} · ${(time_ns / 1e9).toFixed(2)} s`}
            onClick={() => editor.step(index - frameIndex)}
          >
            <span className="frame-key">{isKey ? "◆" : ""}</span>
            <span className="frame-tick numbers">{index + 1}</span>
          </button>
        );
      })}
    </div>
  );
}
