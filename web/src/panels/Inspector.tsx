import { cuboidObject, deleteObject, moveCuboid, setLabel } from "../app/editor/edits";
import { keyAdded, keyRemoved, stationarySet } from "../app/editor/keyframes";
import { otherSizes, setVisibleRange, spreadSize, visibleRange } from "../app/editor/edits";
import { usualOf } from "../app/editor/usual";
import { type Cuboid, withYaw, yawOf } from "../geometry/cuboid";
import { distance, type Vec3 } from "../geometry/vec";
import { keysOf } from "../model/interpolate";
import { polygonObject, thingOf } from "../model/polygons";
import { CommandButton } from "./CommandButton";
import { Icon } from "./Icon";
import { LabelTag } from "./LabelTag";
import { ManyObjects } from "./ManyObjects";
import { NumberField } from "./NumberField";
import { PolygonShape } from "./PolygonShape";
import { ShapeTools } from "./ShapeTools";
import { ObjectTime } from "./ObjectTime";
import { Stationary } from "./Stationary";
import { Stillness } from "./Stillness";
import { ObjectAttributes, SceneAttributes } from "./AttributeFields";
import { useDocument, useEditor, useMayEdit, useView } from "./useEditor";

const SMALLEST_M = 0.05;
const DEGREES = 180 / Math.PI;

/** What is selected, in numbers and words; the scene's own attributes when nothing is. */
export function Inspector() {
  const { editor } = useEditor();
  useDocument();
  useView((view) => view.frameIndex);
  const selected = useView((view) => view.selected);
  const also = useView((view) => view.also);
  const { selection } = editor;
  if (also.length > 0 && selection.length > 1) {
    return <ManyObjects key={selection.toSorted().join()} ids={selection} />;
  }
  const hasSceneAttributes = editor.work.config.attributes.some((one) => one.scope === "scene");
  if (selected === null || !editor.exists(selected)) {
    return (
      <div className="inspector">
        <p className="hint">Select an object to see and change its position, size and label.</p>
        {hasSceneAttributes && <SceneAttributes />}
      </div>
    );
  }
  // Keyed as a whole: what is half typed for one object is not shown for the next.
  return (
    <div key={selected} className="inspector">
      <Head id={selected} />
      <ObjectAttributes id={selected} />
      {polygonObject(editor.document, selected) === null ? (
        <>
          <ShapeTools id={selected} />
          <Stillness id={selected} />
          <ObjectTime id={selected} />
          <Pose id={selected} />
        </>
      ) : (
        <PolygonShape id={selected} />
      )}
      <Keyframes id={selected} />
      <Visibility id={selected} />
    </div>
  );
}

function Head({ id }: { readonly id: string }) {
  const { editor } = useEditor();
  const mayEdit = useMayEdit();
  const isLocked = useView((view) => view.locked.includes(id));
  const object = thingOf(editor.document, id);
  if (object === null) return null;
  const known = editor.labels.some((entry) => entry.name === object.label);
  return (
    <section className="panel-part">
      <div className="inspector-head">
        <LabelTag colour={editor.colour(object.label)} tag={editor.tag(object.label)} />
        <h2 className="grow cut">{editor.display(object.label)}</h2>
        <CommandButton id="object.lock" icon={isLocked ? "locked" : "open"} small className="quiet" pressed={isLocked} />
        <CommandButton id="object.hide" icon="hidden" small className="quiet" />
        <button
          type="button"
          className="button icon small quiet"
          aria-label="Delete the object"
          title="Delete the object in all frames (Delete)"
          disabled={!mayEdit || isLocked}
          onClick={() => {
            editor.edit(deleteObject(editor.document, id));
            editor.select(null);
          }}
        >
          <Icon name="trash" />
        </button>
      </div>
      <label className="field">
        <span>Label</span>
        <select
          className="select"
          value={object.label}
          disabled={!mayEdit}
          onChange={(event) => editor.edit(setLabel(editor.document, id, event.target.value))}
        >
          {!known && <option value={object.label}>{object.label}</option>}
          {editor.labels.filter(({ name }) => editor.mayBe(id, name)).map((entry) => (
            <option key={entry.name} value={entry.name}>
              {[...entry.path, entry.display].join(" › ")}
            </option>
          ))}
        </select>
      </label>
      <div className="head-line">
        <Stationary ids={[id]} onChange={(stationary) => editor.edit(stationarySet(editor, id, stationary))} />
        <span className="grow faint mono cut" title={id}>
          {id}
        </span>
      </div>
    </section>
  );
}

function Pose({ id }: { readonly id: string }) {
  const { editor } = useEditor();
  const disabled = !useMayEdit();
  const cuboid = editor.cuboid(id);
  if (cuboid === null) return null;
  const device = editor.work.scene.frames[editor.frameIndex]?.device_position_m;
  const set = (after: Cuboid) =>
    editor.edit(moveCuboid(editor.document, id, after, editor.place(after.centre)));
  const centre = (axis: 0 | 1 | 2, value: number) =>
    set({ ...cuboid, centre: replaced(cuboid.centre, axis, value) });
  const size = (axis: 0 | 1 | 2, value: number) =>
    set({ ...cuboid, size: replaced(cuboid.size, axis, value) });
  const lengths = { decimals: 2, step: 0.05, disabled } as const;
  const sizes = { ...lengths, min: SMALLEST_M } as const;
  return (
    <section className="panel-part" aria-label="Position and size">
      <h3>Position and size</h3>
      <div className="number-grid">
        <NumberField {...lengths} label="Centre x (m)" value={cuboid.centre[0]} onCommit={(v) => centre(0, v)} />
        <NumberField {...lengths} label="Centre y (m)" value={cuboid.centre[1]} onCommit={(v) => centre(1, v)} />
        <NumberField {...lengths} label="Centre z (m)" value={cuboid.centre[2]} onCommit={(v) => centre(2, v)} />
        <NumberField {...sizes} label="Length (m)" value={cuboid.size[0]} onCommit={(v) => size(0, v)} />
        <NumberField {...sizes} label="Width (m)" value={cuboid.size[1]} onCommit={(v) => size(1, v)} />
        <NumberField {...sizes} label="Height (m)" value={cuboid.size[2]} onCommit={(v) => size(2, v)} />
        <NumberField
          label="Yaw (°)"
          value={yawOf(cuboid) * DEGREES}
          decimals={1}
          step={1}
          disabled={disabled}
          onCommit={(degrees) => set(withYaw(cuboid, degrees / DEGREES))}
        />
        {device !== undefined && (
          <div className="number-field">
            <span>From the sensor</span>
            <output className="numbers">{distance(cuboid.centre, device).toFixed(1)} m</output>
          </div>
        )}
      </div>
      <UsualSize id={id} />
      <OtherSizes id={id} />
    </section>
  );
}

/** What others of its label measure, while it measures something else. */
function UsualSize({ id }: { readonly id: string }) {
  const { editor } = useEditor();
  const mayEdit = useMayEdit();
  const [object, cuboid] = [cuboidObject(editor.document, id), editor.cuboid(id)];
  if (object === null || cuboid === null) return null;
  const { size, count } = usualOf(editor.document, object.label, id);
  const isSame = size.every((side, axis) => Math.abs(side - cuboid.size[axis]!) < 0.005);
  if (count === 0 || isSame) return null;
  const lengths = size.map((side) => side.toFixed(1)).join(" × ");
  return (
    <p className="holds hint">
      <span className="grow">
        Usual size of {editor.display(object.label)}: {lengths} ({count === 1 ? "1 object" : `${count} objects`})
      </span>
      <CommandButton id="shape.usual" text="Take it" small disabled={!mayEdit} />
    </p>
  );
}

/** Said when the object grows or shrinks over the track, which few things do. */
function OtherSizes({ id }: { readonly id: string }) {
  const { editor } = useEditor();
  const mayEdit = useMayEdit();
  const { document, time_ns } = editor;
  const others = otherSizes(document, id, time_ns);
  if (others === 0) return null;
  return (
    <p className="holds note warn">
      <span className="grow">
        Another size in {others === 1 ? "1 keyframe" : `${others} keyframes`}
      </span>
      <button
        type="button"
        className="button small"
        disabled={!mayEdit}
        title="This length, width and height in every keyframe"
        onClick={() => editor.edit(spreadSize(document, id, time_ns))}
      >
        Same in all
      </button>
    </p>
  );
}

function replaced(of: Vec3, axis: 0 | 1 | 2, value: number): Vec3 {
  const [x, y, z] = of;
  return [axis === 0 ? value : x, axis === 1 ? value : y, axis === 2 ? value : z];
}

function Keyframes({ id }: { readonly id: string }) {
  const { editor } = useEditor();
  const mayEdit = useMayEdit();
  const { document, time_ns, frames_ns } = editor;
  const object = thingOf(document, id);
  if (object === null) return null;
  const hasCrops = object.kind === "cuboid" && frames_ns.length > 1;
  const keys = keysOf(document, id);
  if (object.stationary && !hasCrops) return null;
  return (
    <section className="panel-part" aria-label="Keyframes">
      {hasCrops && <CommandButton id="batch" text="All frames" small showKey />}
      {!object.stationary && (
        <>
          <div className="part-head">
            <h3 className="grow">Keyframes</h3>
            <button
              type="button"
              className="button small"
              disabled={!mayEdit || keys.includes(time_ns)}
              onClick={() => editor.edit(keyAdded(editor, id))}
            >
              <Icon name="key" /> Keyframe here
            </button>
          </div>
          <ul className="key-list">
            {keys.map((key_ns) => (
              <KeyRow
                key={key_ns}
                key_ns={key_ns}
                isHere={key_ns === time_ns}
                onRemove={
                  mayEdit && keys.length > 1
                    ? () => editor.edit(keyRemoved(editor, id, key_ns))
                    : null
                }
              />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface KeyRowProps {
  readonly key_ns: number;
  readonly isHere: boolean;
  readonly onRemove: (() => void) | null;
}

function KeyRow({ key_ns, isHere, onRemove }: KeyRowProps) {
  const { editor } = useEditor();
  const index = editor.frames_ns.indexOf(key_ns);
  const name = index < 0 ? `${(key_ns / 1e9).toFixed(2)} s` : `Frame ${index + 1}`;
  return (
    <li className="key-row">
      <button
        type="button"
        className="row-button"
        aria-pressed={isHere}
        disabled={index < 0}
        onClick={() => editor.step(index - editor.frameIndex)}
      >
        <span className="grow">{name}</span>
        <span className="faint numbers">{(key_ns / 1e9).toFixed(2)} s</span>
      </button>
      <button
        type="button"
        className="button icon small quiet"
        aria-label={`Remove keyframe of ${name.toLowerCase()}`}
        disabled={onRemove === null}
        onClick={() => onRemove?.()}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

function Visibility({ id }: { readonly id: string }) {
  const { editor } = useEditor();
  const mayEdit = useMayEdit();
  const { document, frames_ns } = editor;
  if (frames_ns.length < 2) return null;
  const range = visibleRange(document, id, frames_ns);
  const [from, until] = range ?? [0, frames_ns.length - 1];
  const set = (next: readonly [number, number]) =>
    editor.edit(setVisibleRange(document, id, next, frames_ns));
  return (
    <section className="panel-part" aria-label="Visibility">
      <div className="part-head">
        <h3 className="grow">In the scene</h3>
        <CommandButton id="track.begin" text="Begin" small disabled={!mayEdit} />
        <CommandButton id="track.end" text="End" small disabled={!mayEdit} />
        <CommandButton id="track.split" text="Split" small disabled={!mayEdit} />
      </div>
      {range === null && <p className="hint">Hidden in every frame.</p>}
      <div className="number-grid two">
        <FrameSelect
          label="Visible from"
          value={from}
          first={0}
          last={until}
          disabled={!mayEdit}
          onChange={(value) => set([value, until])}
        />
        <FrameSelect
          label="Visible until"
          value={until}
          first={from}
          last={frames_ns.length - 1}
          disabled={!mayEdit}
          onChange={(value) => set([from, value])}
        />
      </div>
    </section>
  );
}

interface FrameSelectProps {
  readonly label: string;
  readonly value: number;
  readonly first: number;
  readonly last: number;
  readonly disabled: boolean;
  readonly onChange: (frame: number) => void;
}

function FrameSelect({ label, value, first, last, disabled, onChange }: FrameSelectProps) {
  const frames = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return (
    <label className="number-field">
      <span>{label}</span>
      <select
        className="select"
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(Number(event.target.value))}
      >
        {frames.map((frame) => (
          <option key={frame} value={frame}>
            Frame {frame + 1}
          </option>
        ))}
      </select>
    </label>
  );
}
