import { useStore } from "zustand";
import type { Advance } from "../app/editor/flow";
import { ActionKey } from "./ActionKey";
import { PopoverButton } from "./PopoverButton";
import { useEditor } from "./useEditor";

const WAYS: readonly (readonly [Advance, string])[] = [
  ["stay", "stay"],
  ["frame", "next frame"],
  ["object", "next object"],
];

/** How one goes from object to object: a button in the corner of the 3D view and its panel. */
export function FlowButton() {
  return (
    <PopoverButton id="flow-panel" name="Flow" icon="flow" text="Flow" className="on-scene" side="left">
      <FlowPanel />
    </PopoverButton>
  );
}

function FlowPanel() {
  const { editor } = useEditor();
  const { keepsTool, advance } = useStore(editor.flow);
  return (
    <>
      <div className="popover-head">
        <h3>Flow</h3>
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={keepsTool}
          onChange={(event) => editor.flow.setState({ keepsTool: event.target.checked })}
        />
        <span>Keep the tool in hand</span>
      </label>
      <p className="hint">
        {keepsTool
          ? "After an object the lasso or the cuboid tool draws the next one; Esc takes it away."
          : "After an object the pointer selects again. Check it to draw one after the other, by lasso or cuboid."}
      </p>
      <fieldset className="chips">
        <legend>After an object is made or finished</legend>
        {WAYS.map(([way, words]) => (
          <label key={way} className="chip">
            <input
              type="radio"
              name="flow-advance"
              checked={advance === way}
              onChange={() => editor.flow.setState({ advance: way })}
            />
            {words}
          </label>
        ))}
      </fieldset>
      <p className="hint">
        <ActionKey id="object.done" /> finishes an object. The label in hand stays for the next.
      </p>
    </>
  );
}
