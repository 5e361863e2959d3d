import { useState } from "react";
import { Dialog } from "./Dialog";
import { CommentField, useHandingIn, WhatIsHandedIn } from "./HandIn";
import { useEditor } from "./useEditor";

/** A reviewer's verdict: deliver what is seen, or give it back with a reason. */
export function VerdictDialog({ onDone }: { readonly onDone: () => void }) {
  const { editor } = useEditor();
  const state = useHandingIn(onDone);
  const [comment, setComment] = useState("");
  const judge = (accepted: boolean) => void state.run(() => editor.task.judge(accepted, comment));
  return (
    <Dialog title="Finish this review" onClose={state.close}>
      <p className="muted">
        Accepting delivers the labels as they are now, with what you changed. Returning gives the
        task back to its labeler, with your comment.
      </p>
      <WhatIsHandedIn state={state} />
      <CommentField
        label="Comment for the labeler"
        placeholder="What is to be changed, and where"
        value={comment}
        onChange={setComment}
      />
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={state.close}>
          Keep looking
        </button>
        <button
          type="button"
          className="button"
          disabled={state.isBusy || comment.trim() === ""}
          title={comment.trim() === "" ? "Say first what is to be changed" : undefined}
          onClick={() => judge(false)}
        >
          Return
        </button>
        <button
          type="button"
          className="button primary"
          disabled={state.isBusy || state.isStopped}
          onClick={() => judge(true)}
        >
          Accept
        </button>
      </div>
    </Dialog>
  );
}
