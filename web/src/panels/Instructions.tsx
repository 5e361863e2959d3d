import { Icon } from "./Icon";
import { Markdown } from "./Markdown";
import { useEditor } from "./useEditor";

export function Instructions() {
  const { editor } = useEditor();
  return (
    <aside className="instructions" aria-label="Instructions">
      <div className="part-head">
        <h2 className="grow">Instructions</h2>
        <button
          type="button"
          className="button icon small quiet"
          aria-label="Close the instructions"
          onClick={() => editor.view.setState({ instructions: false })}
        >
          <Icon name="close" />
        </button>
      </div>
      <Markdown text={editor.work.instruction ?? ""} />
    </aside>
  );
}
