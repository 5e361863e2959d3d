import { useState } from "react";
import { discardFix, handInFix } from "../api/fixing";
import { Dialog } from "./Dialog";
import { CommentField, type HandingIn, useHandingIn, WhatIsHandedIn, WhyNot } from "./HandIn";
import { useEditor } from "./useEditor";

export type FixEnd = "fixed" | "discarded";

/** The end of a fix: deliver it instead of what the customer has, or give it up. */
export function FixDialog({ onDone }: { readonly onDone: (end: FixEnd) => void }) {
  const { editor } = useEditor();
  const { task, work } = editor;
  const [end, setEnd] = useState<FixEnd>("fixed");
  const state = useHandingIn(() => onDone(end));
  return end === "fixed" ? (
    <Deliver state={state} discard={() => setEnd("discarded")} />
  ) : (
    <Dialog title="Discard this fix?" onClose={state.close}>
      <p>
        The labels become what was delivered again, and the customer hears nothing of it. What you
        changed stays in the history of the task.
      </p>
      <WhyNot state={state} />
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={() => setEnd("fixed")}>
          Back
        </button>
        <button
          type="button"
          className="button danger"
          disabled={state.isBusy}
          onClick={() => void state.run(() => task.handIn(() => discardFix(work.task_id)))}
        >
          Discard the fix
        </button>
      </div>
    </Dialog>
  );
}

interface DeliverProps {
  readonly state: HandingIn;
  readonly discard: () => void;
}

function Deliver({ state, discard }: DeliverProps) {
  const { editor } = useEditor();
  const { task, work } = editor;
  const [comment, setComment] = useState("");
  const deliver = () =>
    task.handIn((lease, seq) => handInFix(work.task_id, lease, seq, comment));
  const isUnchanged = state.unsent === 0 && task.store.seq === work.delivered_seq;
  return (
    <Dialog title="Deliver this fix?" onClose={state.close}>
      <p className="muted">
        The customer gets the labels as they are now in the place of the response before, which
        stays among the prior ones.
      </p>
      <WhatIsHandedIn state={state} />
      {isUnchanged && <p className="note">Nothing was changed yet.</p>}
      <CommentField
        label="Comment for the customer"
        placeholder="What was wrong, and is right now"
        value={comment}
        onChange={setComment}
      />
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={discard}>
          Discard…
        </button>
        <button type="button" className="button" onClick={state.close}>
          Keep working
        </button>
        <button
          type="button"
          className="button primary"
          disabled={state.isBusy || state.isStopped || isUnchanged}
          onClick={() => void state.run(deliver)}
        >
          Deliver fix
        </button>
      </div>
    </Dialog>
  );
}
