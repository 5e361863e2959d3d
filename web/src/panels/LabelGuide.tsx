import { thingOf } from "../model/polygons";
import { usualOf } from "../app/editor/usual";
import { Markdown } from "./Markdown";
import { useDocument, useEditor, useView } from "./useEditor";

/** What is known of the label in hand: the customer's words and pictures, and its usual size. */
export function LabelGuide() {
  const { editor } = useEditor();
  useDocument();
  const next = useView((view) => view.label);
  const selected = useView((view) => view.selected);
  const label = (selected === null ? null : thingOf(editor.document, selected)?.label) ?? next;
  const entry = editor.labels.find((one) => one.name === label);
  const guide = editor.work.instructions?.label_guides[label];
  const [length_m, width_m, height_m] = usualOf(editor.document, label).size;
  return (
    <aside className="label-guide" aria-label={`About ${editor.display(label)}`}>
      <div className="part-head">
        <span className="swatch" style={{ background: editor.colour(label) }} />
        <h2 className="grow cut">{editor.display(label)}</h2>
      </div>
      {entry !== undefined && entry.path.length > 0 && (
        <p className="faint">{entry.path.join(" › ")}</p>
      )}
      {entry?.description !== null && entry?.description !== undefined && <p>{entry.description}</p>}
      {guide !== undefined && (
        <Markdown text={guide} pictures={editor.work.instructions?.pictures ?? {}} />
      )}
      {guide === undefined && (entry?.description ?? null) === null && (
        <p className="hint">The instructions say nothing about this label by itself.</p>
      )}
      <p className="faint numbers">
        Usually about {length_m} × {width_m} × {height_m} m (length, width, height)
      </p>
    </aside>
  );
}
