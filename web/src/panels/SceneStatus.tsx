import { useStore } from "zustand";
import { type Drawing, isLearned } from "../app/editor/flow";
import type { MergeStatus } from "../app/editor/merging";
import type { Stage } from "../app/editor/stage";
import { ActionKey } from "./ActionKey";
import { DisplayButton } from "./DisplayPanel";
import { FlowButton } from "./FlowPanel";
import { PointLegend } from "./PointLegend";
import { useEditor, useView } from "./useEditor";

/** Made once: it costs more than the rest of the corner. */
const NUMBER = new Intl.NumberFormat();

function pointsText(count: number, merged: MergeStatus | null): string {
  if (merged === null) return `${NUMBER.format(count)} points`;
  const { frames, wanted, points, stride } = merged;
  const of = frames === wanted ? `${frames}` : `${frames} of ${wanted}`;
  const all = `${NUMBER.format(points)} points of ${of} frames`;
  return stride === 1 ? all : `${all}, one in ${stride} drawn away from the object`;
}

/** Over the 3D view: what colours mean, how many points there are, what the tool waits for. */
export function SceneStatus({ stage }: { readonly stage: Stage }) {
  const { editor } = useEditor();
  const ready = useStore(stage.status, (status) => status.ready);
  const isBroken = useStore(stage.status, (status) => status.problem !== null);
  const merged = useStore(stage.status, (status) => status.merged);
  const facts = useStore(stage.status, (status) => status.facts);
  const flies = useStore(stage.camera, (camera) => camera.flies);
  const follows = useStore(stage.camera, (camera) => camera.follows);
  const mode = useView((view) => view.mode);
  const { frames } = editor.work.scene;
  const count = useView((view) => frames[view.frameIndex]?.points.count ?? 0);
  return (
    <div className="scene-corner">
      {flies && (
        <span className="scene-hint">
          Flying: <span className="kbd">W A S D</span>, <span className="kbd">E Q</span> up and down,
          drag to look around. <ActionKey id="tool.select" which="last" /> ends it.
        </span>
      )}
      {follows && !flies && <span className="scene-hint">Following the object; turn the view to stop.</span>}
      {mode !== "select" && <ToolHint mode={mode} />}
      <Notice />
      {facts !== null && <PointLegend facts={facts} />}
      <div className="scene-status">
        <DisplayButton facts={facts} />
        <FlowButton />
        <span className="numbers">
          {ready ? pointsText(count, merged) : isBroken ? "No points" : "Loading the points…"}
        </span>
      </div>
    </div>
  );
}

/** What is in the hand, and until it is learned how to use it. */
function ToolHint({ mode }: { readonly mode: Drawing }) {
  const { editor } = useEditor();
  const label = useView((view) => view.label);
  const isKnown = useStore(editor.flow, (flow) => isLearned(flow, mode));
  return (
    <span className="scene-hint">
      New <strong style={{ color: editor.colour(label) }}>{editor.display(label)}</strong>
      {!isKnown && <Gesture mode={mode} />}
    </span>
  );
}

function Gesture({ mode }: { readonly mode: Drawing }) {
  const escape = <ActionKey id="tool.select" which="last" />;
  switch (mode) {
    case "place":
      return (
        <>
          : drag rear to front, or click; <span className="kbd">Shift</span>-drag its footprint. {escape} cancels.
        </>
      );
    case "lasso":
      return (
        <>
          : draw a line around its points; <span className="kbd">Alt</span> at the end keeps what is
          seen. {escape} cancels.
        </>
      );
    case "polygon":
      return (
        <>
          : click its vertices; <span className="kbd">Enter</span> or a double click closes it,{" "}
          <span className="kbd">Backspace</span> takes the last back, {escape} all.
        </>
      );
  }
}

function Notice() {
  const { editor } = useEditor();
  const sentence = useStore(editor.notice, (notice) => notice.sentence);
  return (
    <div role="status" className={sentence === null ? "unseen" : "scene-hint"}>
      {sentence}
    </div>
  );
}
