import { thingOf } from "../model/polygons";
import { useId } from "react";
import { attributeSpan, setAttribute, spreadAttribute } from "../app/editor/edits";
import { type LabelEntry, labelEntries } from "../app/editor/labels";
import { attributesAt } from "../model/interpolate";
import { type AttributeAnswer, SCENE_ID } from "../model/kinds";
import { applicable, type AttributeDefinition } from "../model/taxonomy";
import { NumberField } from "./NumberField";
import { useEditor, useMayEdit } from "./useEditor";

const FEW = 4;

/** The questions that this object is asked, by its label and its answers so far. */
export function ObjectAttributes({ id }: { readonly id: string }) {
  const { editor } = useEditor();
  const { document, time_ns } = editor;
  const label = thingOf(document, id)?.label ?? null;
  const answers = attributesAt(document, id, time_ns);
  const asked = applicable(editor.work.config, label, answers);
  if (asked.length === 0) return null;
  return (
    <section className="panel-part" aria-label="Attributes">
      <h3>Attributes</h3>
      {asked.map((definition) => (
        <div
          key={definition.name}
          className={`attribute ${definition.required && (answers[definition.name] ?? null) === null ? "missing" : ""}`}
        >
          <AttributeField
            objectId={id}
            definition={definition}
            answer={answers[definition.name] ?? null}
          />
          {definition.scope === "frame" && <HoldsFor id={id} name={definition.name} />}
        </div>
      ))}
    </section>
  );
}

/** In which frames the answer shown holds, and a way to make it hold in all. */
function HoldsFor({ id, name }: { readonly id: string; readonly name: string }) {
  const { editor } = useEditor();
  const mayEdit = useMayEdit();
  const { document, time_ns, frames_ns } = editor;
  const span = attributeSpan(document, id, name, time_ns);
  if (frames_ns.length < 2) return null;
  // Always a line, so that an answer does not push the next question away from under the mouse.
  if (span === null) return <p className="holds faint">Not answered in this frame</p>;
  const { from_ns, until_ns } = span;
  const from = frames_ns.findIndex((frame_ns) => frame_ns >= (from_ns ?? 0));
  const until = frames_ns.findLastIndex((frame_ns) => frame_ns < (until_ns ?? Infinity));
  if (from === 0 && until === frames_ns.length - 1) return <p className="holds faint">In all frames</p>;
  return (
    <p className="holds faint">
      <span className="grow">
        {from === until ? `In frame ${from + 1}` : `In frames ${from + 1} to ${until + 1}`}
      </span>
      <button
        type="button"
        className="button small"
        disabled={!mayEdit}
        title="The same answer in every frame of this track"
        onClick={() => editor.edit(spreadAttribute(document, id, name, time_ns))}
      >
        All frames
      </button>
    </p>
  );
}

/** Questions about the scene as a whole. */
export function SceneAttributes() {
  const { editor } = useEditor();
  const answers = attributesAt(editor.document, SCENE_ID, 0);
  return (
    <section className="panel-part" aria-label="Scene attributes">
      <h3>Scene</h3>
      {editor.work.config.attributes
        .filter((definition) => definition.scope === "scene")
        .map((definition) => (
          <AttributeField
            key={definition.name}
            objectId={SCENE_ID}
            definition={definition}
            answer={answers[definition.name] ?? null}
          />
        ))}
    </section>
  );
}

interface FieldProps {
  readonly objectId: string;
  readonly definition: AttributeDefinition;
  readonly answer: AttributeAnswer;
}

function AttributeField({ objectId, definition, answer }: FieldProps) {
  const { editor } = useEditor();
  const at_ns = definition.scope === "frame" ? editor.time_ns : null;
  const set = (value: AttributeAnswer) =>
    editor.edit(setAttribute(editor.document, objectId, definition.name, value, at_ns));
  return <AnswerField definition={definition} answer={answer} onChange={set} />;
}

/** One question, whoever is asked. */
export function AnswerField({ definition, answer, onChange }: Omit<AnswerProps, "disabled">) {
  const disabled = !useMayEdit();
  const props = { definition, answer, disabled, onChange };
  switch (definition.type) {
    case "category":
      return definition.allow_multiple ? <Several {...props} /> : <One {...props} />;
    case "number":
    case "angle":
    case "x_line":
    case "y_line":
      return (
        <NumberField
          label={titleOf(definition)}
          value={typeof answer === "number" ? answer : null}
          decimals={Number.isInteger(definition.step ?? 1) ? 0 : 2}
          step={definition.step ?? 1}
          min={definition.min ?? -Infinity}
          max={definition.max ?? Infinity}
          disabled={disabled}
          onCommit={onChange}
        />
      );
    case "text":
      return <Text {...props} />;
    case "linked":
      return <Linked {...props} />;
  }
}

function titleOf(definition: AttributeDefinition): string {
  return definition.name.replaceAll("_", " ");
}

interface AnswerProps {
  readonly definition: AttributeDefinition;
  readonly answer: AttributeAnswer;
  readonly disabled: boolean;
  readonly onChange: (answer: AttributeAnswer) => void;
}

function Legend({ definition }: { readonly definition: AttributeDefinition }) {
  return (
    <>
      {titleOf(definition)}
      {definition.required && <span className="required"> required</span>}
      {definition.scope === "track" && <span className="faint"> · whole track</span>}
    </>
  );
}

/** Few choices side by side, many in a list. */
function One({ definition, answer, disabled, onChange }: AnswerProps) {
  const name = useId();
  const choices = labelEntries(definition.choices);
  if (choices.length > FEW) {
    return (
      <label className="field" title={definition.description ?? undefined}>
        <span>
          <Legend definition={definition} />
        </span>
        <select
          className="select"
          value={typeof answer === "string" ? answer : ""}
          disabled={disabled}
          onChange={(event) => onChange(event.target.value === "" ? null : event.target.value)}
        >
          <option value="">–</option>
          {choices.map((choice) => (
            <option key={choice.name} value={choice.name}>
              {nameOf(choice)}
            </option>
          ))}
        </select>
      </label>
    );
  }
  return (
    <fieldset className="choices" disabled={disabled} title={definition.description ?? undefined}>
      <legend>
        <Legend definition={definition} />
      </legend>
      {choices.map((choice) => (
        <label key={choice.name} className="check">
          <input
            type="radio"
            name={name}
            checked={answer === choice.name}
            onChange={() => onChange(choice.name)}
          />
          {nameOf(choice)}
        </label>
      ))}
    </fieldset>
  );
}

function Several({ definition, answer, disabled, onChange }: AnswerProps) {
  const chosen = Array.isArray(answer) ? (answer as readonly string[]) : [];
  const choices = labelEntries(definition.choices);
  const toggle = (name: string, on: boolean) => {
    const next = choices
      .map((choice) => choice.name)
      .filter((other) => (other === name ? on : chosen.includes(other)));
    onChange(next.length === 0 ? null : next);
  };
  return (
    <fieldset className="choices" disabled={disabled} title={definition.description ?? undefined}>
      <legend>
        <Legend definition={definition} />
      </legend>
      {choices.map((choice) => (
        <label key={choice.name} className="check">
          <input
            type="checkbox"
            checked={chosen.includes(choice.name)}
            onChange={(event) => toggle(choice.name, event.target.checked)}
          />
          {nameOf(choice)}
        </label>
      ))}
    </fieldset>
  );
}

function nameOf(choice: LabelEntry): string {
  return [...choice.path, choice.display].join(" › ");
}

function Text({ definition, answer, disabled, onChange }: AnswerProps) {
  const given = typeof answer === "string" ? answer : "";
  return (
    <label className="field" title={definition.description ?? undefined}>
      <span>
        <Legend definition={definition} />
      </span>
      <input
        key={given}
        className="input"
        defaultValue={given}
        disabled={disabled}
        onBlur={(event) => onChange(event.target.value === "" ? null : event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
      />
    </label>
  );
}

/** Another object of this frame, of the labels that may be named. */
function Linked({ definition, answer, disabled, onChange }: AnswerProps) {
  const { editor } = useEditor();
  const candidates = editor
    .shown()
    .filter(({ label }) => definition.allowed_labels.includes(label));
  const known = candidates.some(({ id }) => id === answer);
  return (
    <label className="field" title={definition.description ?? undefined}>
      <span>
        <Legend definition={definition} />
      </span>
      <select
        className="select"
        value={typeof answer === "string" ? answer : ""}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value === "" ? null : event.target.value)}
      >
        <option value="">–</option>
        {typeof answer === "string" && !known && <option value={answer}>{answer}</option>}
        {candidates.map(({ id, label }) => (
          <option key={id} value={id}>
            {editor.display(label)} {id.slice(0, 8)}
          </option>
        ))}
      </select>
    </label>
  );
}
