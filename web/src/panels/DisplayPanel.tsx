import type { ReactNode } from "react";
import type { LookState } from "../app/editor/look";
import { type Merge, REACHES } from "../app/editor/merging";
import { CROPS, SIZES, USUAL_DISPLAY } from "../scene3d/display";
import { MODE_NAMES, type PointFacts, tells } from "../scene3d/legend";
import { COLOUR_MODES } from "../scene3d/palette";
import { action, type ActionId } from "../tools/index";
import { keyLabel } from "../tools/keys";
import { PopoverButton } from "./PopoverButton";
import { useEditor, useLook, useView } from "./useEditor";

/** The button in the corner of the 3D view and the panel that it opens. */
export function DisplayButton({ facts }: { readonly facts: PointFacts | null }) {
  return (
    <PopoverButton
      id="display-panel"
      name="Display"
      icon="display"
      text="Display"
      className="on-scene"
      side="left"
    >
      <DisplayPanel facts={facts} />
    </PopoverButton>
  );
}

function DisplayPanel({ facts }: { readonly facts: PointFacts | null }) {
  const { editor } = useEditor();
  const look = useLook((state) => state);
  const set = (change: Partial<LookState>) => editor.look.setState(change);
  return (
    <>
      <div className="popover-head">
        <h3>Display</h3>
        <button type="button" className="button small quiet" onClick={() => set(USUAL_DISPLAY)}>
          Reset
        </button>
      </div>
      <fieldset className="chips">
        <legend>
          Colour of the points <Key id="points.colours" />
        </legend>
        {COLOUR_MODES.map((mode) => {
          const missing = facts !== null && !tells(mode, facts);
          return (
            <label key={mode} className="chip" title={missing ? "This frame does not tell it" : undefined}>
              <input
                type="radio"
                name="point-colours"
                checked={look.colours === mode}
                disabled={missing && look.colours !== mode}
                onChange={() => set({ colours: mode })}
              />
              {MODE_NAMES[mode]}
            </label>
          );
        })}
      </fieldset>
      <Slider
        name={
          <>
            Size <Key id="points.smaller" /> <Key id="points.larger" />
          </>
        }
        value={look.size}
        least={SIZES.least}
        most={SIZES.most}
        text={`${look.size.toFixed(2)}×`}
        onChange={(size) => set({ size })}
      />
      <Slider
        name="Light of the ground"
        value={look.groundLight}
        least={0}
        most={1}
        text={look.hideGround ? "hidden" : `${Math.round(100 * look.groundLight)} %`}
        disabled={look.hideGround}
        onChange={(groundLight) => set({ groundLight })}
      />
      <Check checked={look.hideGround} onChange={(hideGround) => set({ hideGround })}>
        Hide the ground <Key id="points.ground" />
      </Check>
      <Check checked={look.hideLabelled} onChange={(hideLabelled) => set({ hideLabelled })}>
        Hide points in other cuboids
      </Check>
      <Check
        checked={look.crop !== null}
        onChange={(on) => set({ crop: on ? CROPS.usual : null })}
      >
        Only around the selected object
      </Check>
      {look.crop !== null && (
        <Slider
          name="How far around it"
          value={look.crop}
          least={CROPS.least}
          most={CROPS.most}
          step={1}
          text={`${look.crop} m`}
          onChange={(crop) => set({ crop })}
        />
      )}
      <MergeFields />
      <Check checked={look.radar} onChange={(radar) => set({ radar })}>
        Radar points
      </Check>
      <Check checked={look.frustums} onChange={(frustums) => set({ frustums })}>
        What the cameras see
      </Check>
      <Check checked={look.atPictures} onChange={(atPictures) => set({ atPictures })}>
        Cuboids at the time of each picture
      </Check>
    </>
  );
}

/** Several frames as one cloud: what stands is seen whole, what moves along its way. */
function MergeFields() {
  const { editor } = useEditor();
  const merge = useView((view) => view.merge);
  const hasSelected = useView((view) => view.selected !== null);
  const set = (change: Partial<Merge>) => editor.view.setState({ merge: { ...merge, ...change } });
  return (
    <>
      <Check checked={merge.on} onChange={(on) => set({ on })}>
        Merge the frames around <Key id="points.merge" />
      </Check>
      {merge.on && (
        <>
          <Slider
            name="How many before and after"
            value={merge.reach}
            least={REACHES.least}
            most={REACHES.most}
            step={1}
            text={`± ${merge.reach}`}
            onChange={(reach) => set({ reach })}
          />
          <Check checked={merge.along} onChange={(along) => set({ along })}>
            Along the selected object <Key id="points.along" />
          </Check>
          {merge.along && !hasSelected && <p className="hint">Select an object that moves.</p>}
        </>
      )}
    </>
  );
}

interface SliderProps {
  readonly name: ReactNode;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly step?: number;
  readonly text: string;
  readonly disabled?: boolean;
  readonly onChange: (value: number) => void;
}

export function Slider(props: SliderProps) {
  const { name, value, least, most, step = 0.01, text, disabled = false, onChange } = props;
  return (
    <label className="slider">
      <span className="grow">{name}</span>
      <output className="numbers">{text}</output>
      <input
        type="range"
        min={least}
        max={most}
        step={step}
        value={value}
        disabled={disabled}
        aria-valuetext={text}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
    </label>
  );
}

interface CheckProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
}

export function Check({ checked, onChange, children }: CheckProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{children}</span>
    </label>
  );
}

function Key({ id }: { readonly id: ActionId }) {
  const [first] = action(id).keys;
  return first === undefined ? null : <span className="kbd">{keyLabel(first)}</span>;
}
