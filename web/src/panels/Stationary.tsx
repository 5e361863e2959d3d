import { sharedStationary } from "../app/editor/many";
import { useEditor, useMayEdit, useNamed } from "./useEditor";

interface StationaryProps {
  readonly ids: readonly string[];
  readonly onChange: (stationary: boolean) => void;
}

/** Whether these objects stand still: neither yes nor no when some do. */
export function Stationary({ ids, onChange }: StationaryProps) {
  const { editor } = useEditor();
  const disabled = !useMayEdit();
  const named = useNamed();
  const shared = sharedStationary(editor.document, ids);
  return (
    <label className="check" title={named("One pose for all frames", "object.stationary")}>
      <input
        type="checkbox"
        ref={(box) => {
          if (box !== null) box.indeterminate = shared === null;
        }}
        checked={shared === true}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      Stationary
    </label>
  );
}
