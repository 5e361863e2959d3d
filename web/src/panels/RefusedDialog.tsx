import { useState } from "react";
import { fullDate } from "../app/dates";
import { describe } from "../app/editor/describe";
import type { RefusedEdit } from "../journal/journal";
import { Dialog } from "./Dialog";
import { useEditor, useStatus } from "./useEditor";

/** Edits that the server did not take: nothing of them is lost until it is discarded here. */
export function RefusedDialog() {
  const { editor } = useEditor();
  const refused = useStatus((status) => status.refused);
  const close = () => editor.view.setState({ refusedList: false });
  return (
    <Dialog title="Refused edits" size="medium" onClose={close}>
      <p className="muted">
        These edits are not part of the document: somebody else changed the same thing first, or
        the task was finished before they arrived. Make them again where they still matter and can
        be made, then discard them.
      </p>
      <ul className="findings">
        {refused.map((edit) => (
          <RefusedRow key={edit.opId} edit={edit} />
        ))}
        {refused.length === 0 && <li className="muted">None are left.</li>}
      </ul>
      <div className="dialog-buttons">
        <button type="button" className="button primary" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function RefusedRow({ edit }: { readonly edit: RefusedEdit }) {
  const { editor } = useEditor();
  const [copied, setCopied] = useState(false);
  const objects = [...new Set(edit.transaction.changes.map((change) => change.object_id))];
  const copy = async () => {
    await navigator.clipboard.writeText(JSON.stringify(edit.transaction, null, 2));
    setCopied(true);
  };
  return (
    <li className="note bad">
      <span className="grow">
        <strong>{describe(editor, edit.transaction)}</strong>
        <span className="muted refused-why">
          {fullDate(edit.transaction.at)} · {edit.reason}
        </span>
      </span>
      {objects.map(
        (id) =>
          editor.exists(id) && (
            <button
              key={id}
              type="button"
              className="button small"
              onClick={() => editor.select(id)}
            >
              Show
            </button>
          ),
      )}
      <button type="button" className="button small" onClick={() => void copy()}>
        {copied ? "Copied" : "Copy"}
      </button>
      <button
        type="button"
        className="button small"
        onClick={() => void editor.task.discardRefused(edit.opId)}
      >
        Discard
      </button>
    </li>
  );
}
