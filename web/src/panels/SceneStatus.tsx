import { useState } from "react";
import { useStore } from "zustand";
import type { Stage } from "../app/editor/stage";
import type { ColourMode } from "../scene3d/view";
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
  const flies = useStore(stage.camera, (camera) => camera.flies);
  const follows = useStore(stage.camera, (camera) => camera.follows);
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
      {flies && (
        <span className="scene-hint">
          Flying: <span className="kbd">W A S D</span>, <span className="kbd">E Q</span> up and down,
          drag to look around. <span className="kbd">Esc</span> ends it.
        </span>
      )}
      {follows && <span className="scene-hint">Following the object; turn the view to stop.</span>}
      {mode === "place" && (
        <span className="scene-hint">
          New <strong style={{ color: editor.colour(label) }}>{editor.display(label)}</strong>: drag
          rear to front, or click; <span className="kbd">Shift</span>-drag its footprint.{" "}
          <span className="kbd">Esc</span> cancels.
        </span>
      )}
    </div>
  );
}
