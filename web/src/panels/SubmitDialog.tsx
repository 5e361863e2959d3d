import { useState } from "react";
import { type Finding, findings, labelCounts } from "../app/editor/checks";
import { Dialog } from "./Dialog";
import { LabelTag } from "./LabelTag";
import { useDocument, useEditor, useStatus } from "./useEditor";

/** The last look before the work is handed in. */
export function SubmitDialog({ onDone }: { readonly onDone: () => void }) {
  const { editor } = useEditor();
  const { document } = useDocument();
  const unsent = useStatus((status) => status.unsent);
  const refused = useStatus((status) => status.refused.length);
  const reachable = useStatus(({ sync }) => sync.kind === "saved" || sync.kind === "sending");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const found = findings(editor.work.config, document, editor.frames_ns);
  const counts = labelCounts(document, editor.frames_ns);
  const isStopped = !reachable || refused > 0 || found.some((one) => one.serious);
  const close = () => editor.view.setState({ submitting: false });

  const submit = async () => {
    setBusy(true);
    try {
      await editor.task.submit();
      close();
      onDone();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "Submitting failed.");
      setBusy(false);
    }
  };

  return (
    <Dialog title="Submit this task?" onClose={close}>
      <p className="muted">
        The labels are handed in as they are now, and the task leaves your list. It cannot be
        edited afterwards.
      </p>
      {counts.length > 0 && (
        <ul className="label-counts" aria-label="Objects by label">
          {counts.map(({ label, objects }) => (
            <li key={label}>
              <LabelTag colour={editor.colour(label)} tag={editor.tag(label)} />
              {editor.display(label)} <strong className="numbers">{objects}</strong>
            </li>
          ))}
          <li className="faint">in {editor.frames_ns.length === 1 ? "1 frame" : `${editor.frames_ns.length} frames`}</li>
        </ul>
      )}
      {found.length > 0 && (
        <ul className="findings">
          {found.map((one, row) => (
            <FindingRow key={row} finding={one} onShow={close} />
          ))}
        </ul>
      )}
      {refused > 0 && <p className="note bad">Some edits were refused. Look at them first.</p>}
      {!reachable && (
        <p className="note bad">
          The server is not reached now. Your edits are safe on this machine; submit when you are
          back online.
        </p>
      )}
      {reachable && unsent > 0 && (
        <p className="note warn">
          {unsent === 1 ? "1 edit is" : `${unsent} edits are`} still being saved.
        </p>
      )}
      {problem !== null && (
        <p role="alert" className="note bad">
          {problem}
        </p>
      )}
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={close}>
          Keep working
        </button>
        <button
          type="button"
          className="button primary"
          disabled={busy || isStopped || unsent > 0}
          onClick={() => void submit()}
        >
          {busy ? "Submitting…" : "Submit task"}
        </button>
      </div>
    </Dialog>
  );
}

interface FindingRowProps {
  readonly finding: Finding;
  readonly onShow: () => void;
}

function FindingRow({ finding, onShow }: FindingRowProps) {
  const { editor } = useEditor();
  const { id, frame, sentence, serious } = finding;
  const show = () => {
    onShow();
    if (frame !== null) editor.step(frame - editor.frameIndex);
    if (id !== null) editor.select(id);
    // The panel shows the object with the next paint.
    setTimeout(() => document.querySelector(".attribute.missing")?.scrollIntoView({ block: "center" }), 50);
  };
  return (
    <li className={`note ${serious ? "bad" : "warn"}`}>
      <span className="grow">{sentence}</span>
      {id !== null && (
        <button type="button" className="button small" onClick={show}>
          Show
        </button>
      )}
    </li>
  );
}
