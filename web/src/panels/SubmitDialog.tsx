import { Dialog } from "./Dialog";
import { useHandingIn, WhatIsHandedIn } from "./HandIn";
import { useEditor } from "./useEditor";

/** The last look before the work is handed in. */
export function SubmitDialog({ onDone }: { readonly onDone: () => void }) {
  const { editor } = useEditor();
  const state = useHandingIn(onDone);
  return (
    <Dialog title="Submit this task?" onClose={state.close}>
      <p className="muted">
        The labels are handed in as they are now, and the task leaves your list. You cannot edit it
        afterwards.
      </p>
      <WhatIsHandedIn state={state} />
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={state.close}>
          Keep working
        </button>
        <button
          type="button"
          className="button primary"
          disabled={state.isBusy || state.isStopped}
          onClick={() => void state.run(() => editor.task.submit())}
        >
          Submit task
        </button>
      </div>
    </Dialog>
  );
}
