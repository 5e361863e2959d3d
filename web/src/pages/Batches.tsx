import { useState } from "react";
import { makeBatch } from "../api/projects";
import type { BatchLine, ProjectView } from "../api/types";
import { batchAddress } from "../app/addresses";
import { parseTyped } from "../app/blame";
import { ago, fullDate } from "../app/dates";
import { Link } from "../app/Link";
import { CheckField, FormDialog, saidOf, TextField, useSending } from "./Fields";
import { TaskCell } from "./TaskBar";

const STATUS: Readonly<Record<BatchLine["status"], readonly [string, string]>> = {
  staging: ["Staging", "warn"],
  in_progress: ["In progress", "accent"],
  completed: ["Completed", "ok"],
};

export function BatchPill({ batch }: { readonly batch: BatchLine }) {
  const [word, tone] = STATUS[batch.status];
  return <span className={`pill ${tone}`}>{word}</span>;
}

/** The flags of a batch, in words; empty when it has none. */
export function flagsOf(batch: BatchLine): string {
  const flags = [
    ...(batch.calibration_batch ? ["calibration"] : []),
    ...(batch.self_label_batch ? ["self-label"] : []),
    ...(batch.archived ? ["archived"] : []),
  ];
  return flags.join(", ");
}

export function BatchTable({ batches }: { readonly batches: readonly BatchLine[] }) {
  return (
    <table className="table batch-table">
      <thead>
        <tr>
          <th scope="col">Batch</th>
          <th scope="col">Status</th>
          <th scope="col">Tasks</th>
          <th scope="col">Created</th>
        </tr>
      </thead>
      <tbody>
        {batches.map((batch) => (
          <tr key={batch.name} className="row-link">
            <td className="cut" title={batch.name}>
              <Link to={batchAddress(batch.name)}>{batch.name}</Link>
              {flagsOf(batch) !== "" && <span className="muted"> · {flagsOf(batch)}</span>}
            </td>
            <td>
              <BatchPill batch={batch} />
            </td>
            <td>
              <TaskCell tasks={batch.tasks} />
            </td>
            <td className="muted" title={fullDate(batch.created_at)}>
              {ago(batch.created_at)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface NewProps {
  readonly project: ProjectView;
  readonly onClose: () => void;
  readonly onMade: () => void;
}

export function NewBatch({ project, onClose, onMade }: NewProps) {
  const [name, setName] = useState("");
  const [callback, setCallback] = useState("");
  const [metadata, setMetadata] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [calibration, setCalibration] = useState(false);
  const [selfLabel, setSelfLabel] = useState(false);
  const sending = useSending(["name", "callback", "metadata"]);
  const send = async () => {
    const parsed = parseTyped(metadata, "object");
    setWrong(parsed.kind === "wrong" ? parsed.sentence : null);
    if (parsed.kind === "wrong") return;
    const made = {
      project: project.name,
      name,
      callback: callback.trim(),
      calibration_batch: calibration,
      self_label_batch: selfLabel,
      metadata: parsed.value,
    };
    if (!(await sending.send(() => makeBatch(made)))) return;
    onMade();
    onClose();
  };
  return (
    <FormDialog
      title={`New batch in ${project.name}`}
      size="medium"
      sending={sending}
      verb="Create batch"
      onSend={() => void send()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        problem={saidOf(sending.blame, "name")}
        hint="Of all batches of the account, not only of this project, it is the only one of its name."
      />
      <TextField
        label="Callback (optional)"
        value={callback}
        onChange={setCallback}
        problem={saidOf(sending.blame, "callback")}
        placeholder="https://example.com/batch-done"
        hint="An address or an e-mail address that is told when the batch is complete."
      />
      <CheckField
        label="Calibration batch"
        hint="Worked on before others, as long as nobody puts the batches into another order."
        checked={calibration}
        onChange={setCalibration}
      />
      <CheckField
        label="Self-label batch"
        hint="Kept and shown for those who read it over the API; nothing here follows from it."
        checked={selfLabel}
        onChange={setSelfLabel}
      />
      <TextField
        label="Metadata (JSON, optional)"
        rows={4}
        value={metadata}
        onChange={setMetadata}
        problem={wrong ?? saidOf(sending.blame, "metadata")}
        placeholder='{ "drive": "2026-03-01" }'
      />
    </FormDialog>
  );
}
