import { useState } from "react";
import { useStore } from "zustand";
import type { Stage } from "../app/editor/stage";
import type { ColourMode } from "../scene3d/view";
import { ActionKey } from "./ActionKey";
import { useEditor, useView } from "./useEditor";

const MODES: readonly (readonly [ColourMode, string])[] = [
  ["height", "Height"],
  ["intensity", "Intensity"],
  ["distance", "Distance"],
];

/** Over the 3D view: what colours mean, how many points there are, what the tool waits for. */
export function SceneStatus({ stage }: { readonly stage: Stage }) {
  const { editor } = useEditor();
  const ready = useStore(stage.status, (status) => status.ready);
  const frameIndex = useView((view) => view.frameIndex);
  const mode = useView((view) => view.mode);
  const label = useView((view) => view.label);
  const [colours, setColours] = useState<ColourMode>("height");
  const count = editor.work.scene.frames[frameIndex]?.points.count ?? 0;
  return (
    <div className="scene-status">
      <label className="scene-colours">
        <span className="unseen">Colour of the points</span>
        <select
          className="select"
          value={colours}
          onChange={(event) => {
            const next = event.target.value as ColourMode;
            setColours(next);
            stage.setColourMode(next);
          }}
        >
          {MODES.map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </select>
      </label>
      <span className="numbers">
        {ready ? `${count.toLocaleString()} points` : "Loading the points…"}
      </span>
      {mode === "place" && (
        <span className="scene-hint">
          New <strong style={{ color: editor.colour(label) }}>{editor.display(label)}</strong>: drag
          from its rear to its front, or click. <ActionKey id="tool.select" which="last" /> cancels.
        </span>
      )}
    </div>
  );
}
