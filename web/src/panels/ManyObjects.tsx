import { allAnswered, allDeleted, relabelled, sharedLabel, sharedQuestions } from "../app/editor/many";
import { setAllStationary } from "../app/editor/reshape";
import { AnswerField } from "./AttributeFields";
import { CommandButton } from "./CommandButton";
import { Icon } from "./Icon";
import { Stationary } from "./Stationary";
import { useEditor, useMayEdit, useView } from "./useEditor";

/** Several selected objects: what is chosen here holds for all of them, as one edit. */
export function ManyObjects({ ids }: { readonly ids: readonly string[] }) {
  const { editor } = useEditor();
  const disabled = !useMayEdit();
  const locked = useView((view) => view.locked);
  const { document } = editor;
  const label = sharedLabel(document, ids);
  const free = ids.filter((id) => !locked.includes(id));
  return (
    <div className="inspector">
      <section className="panel-part" aria-label="Selected objects">
        <div className="inspector-head">
          <h2 className="grow cut">{ids.length} objects</h2>
          <button
            type="button"
            className="button icon small quiet"
            aria-label="Delete the objects"
            title="Delete the objects in all frames (Delete)"
            disabled={disabled || free.length === 0}
            onClick={() => editor.edit(allDeleted(document, free))}
          >
            <Icon name="trash" />
          </button>
        </div>
        <label className="field">
          <span>Label</span>
          <select
            className="select"
            value={label ?? ""}
            disabled={disabled}
            onChange={(event) => editor.edit(relabelled(document, ids, event.target.value))}
          >
            {label === null && <option value="">Different labels</option>}
            {editor.labels.filter(({ name }) => ids.every((id) => editor.mayBe(id, name))).map((entry) => (
              <option key={entry.name} value={entry.name}>
                {[...entry.path, entry.display].join(" › ")}
              </option>
            ))}
          </select>
        </label>
        <Stationary ids={ids} onChange={(stationary) => setAllStationary(editor, ids, stationary)} />
        <div className="button-row">
          <CommandButton id="shape.fit" text="Fit" small showKey disabled={disabled} />
          <CommandButton id="shape.onto" text="Move onto" small showKey disabled={disabled} />
          <CommandButton id="shape.ground" text="Ground" small showKey disabled={disabled} />
          <CommandButton id="shape.flip" text="Turn around" small showKey disabled={disabled} />
        </div>
        <div className="button-row">
          <CommandButton id="object.copy" text="Copy" small />
          <CommandButton id="object.lock" text="Lock" small />
          <CommandButton id="object.hide" text="Hide" small />
        </div>
        {ids.length === 2 && (
          <div className="button-row">
            <CommandButton id="track.merge" text="Merge" small showKey disabled={disabled} />
            <CommandButton id="track.give" text="Give from here on" small showKey disabled={disabled} />
          </div>
        )}
      </section>
      <Questions ids={ids} />
    </div>
  );
}

function Questions({ ids }: { readonly ids: readonly string[] }) {
  const { editor } = useEditor();
  const { document, time_ns } = editor;
  const { config } = editor.work;
  const questions = sharedQuestions(config, document, ids, time_ns);
  if (questions.length === 0) return null;
  return (
    <section className="panel-part" aria-label="Attributes">
      <h3>Attributes</h3>
      {questions.map(({ definition, answer, differs, asked }) => (
        <div key={definition.name} className="attribute">
          <AnswerField
            definition={definition}
            answer={answer}
            onChange={(value) => {
              const at_ns = definition.scope === "frame" ? time_ns : null;
              const at = { now_ns: time_ns, at_ns };
              editor.edit(allAnswered(config, document, ids, definition.name, value, at));
            }}
          />
          <p className="holds faint">
            {differs ? "Different answers" : asked < ids.length ? `Asked of ${asked} of them` : " "}
          </p>
        </div>
      ))}
    </section>
  );
}
