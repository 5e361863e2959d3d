import { useEffect, useState } from "react";
import { useStore } from "zustand";
import type { Found } from "../app/newtask/look";
import { FolderUpload, type OrderOfFolder } from "../app/newtask/upload";
import { navigate, useLocation } from "../app/router";
import type { FrameReader } from "../workers/frames";
import { FolderFound, sizeText } from "./FolderFound";
import { OrderFields, orderOf, startOrder, useProjects } from "./OrderFields";

interface Props {
  readonly found: Found;
  readonly mostBytes: number;
  readonly reader: FrameReader;
  readonly onOther: () => void;
  readonly onClose: () => void;
}

/** What is in the folder, what is asked of the labelers, and the upload. */
export function FolderTask({ found, mostBytes, reader, onOther, onClose }: Props) {
  const projects = useProjects();
  const [typed, setTyped] = useState(() => startOrder(found.name));
  const [upload, setUpload] = useState<FolderUpload | null>(null);
  const order = orderOf(typed);
  const isReady = found.frames.length > 0 && found.tooLarge.length === 0 && order !== null;
  useEffect(() => () => upload?.cancel(), [upload]);

  if (upload !== null && order !== null) {
    return (
      <Sending
        upload={upload}
        found={found}
        order={order}
        onBack={() => {
          upload.cancel();
          setUpload(null);
        }}
      />
    );
  }
  const count = found.frames.length;
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isReady) return;
        const made = new FolderUpload(found, reader);
        setUpload(made);
        void made.run(order);
      }}
    >
      <FolderFound found={found} mostBytes={mostBytes} />
      {count > 0 && <OrderFields typed={typed} projects={projects} onChange={setTyped} />}
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onOther}>
          Other folder
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        {count > 0 && (
          <button type="submit" className="button primary" disabled={!isReady}>
            Create the task of {count === 1 ? "1 frame" : `${count} frames`}
          </button>
        )}
      </div>
    </form>
  );
}

interface SendingProps {
  readonly upload: FolderUpload;
  readonly found: Found;
  readonly order: OrderOfFolder;
  readonly onBack: () => void;
}

function Sending({ upload, found, order, onBack }: SendingProps) {
  const state = useStore(upload.state);
  const { query } = useLocation();
  const taskId = state.kind === "made" ? state.taskId : null;
  useEffect(() => {
    const world = query.get("mode") === "test" ? "?mode=test" : "";
    if (taskId !== null) navigate(`/tasks/${taskId}${world}`);
  }, [taskId, query]);
  const sent = state.kind === "sending" || state.kind === "stopped" ? state.sent : found.bytes;
  const share = found.bytes === 0 ? 1 : Math.min(1, sent / found.bytes);
  return (
    <div className="stack tight">
      <p aria-live="polite">
        {state.kind === "sending" && `Sending ${found.frames.length + found.pictures.size} files…`}
        {(state.kind === "making" || state.kind === "made") && "Making the task…"}
        {state.kind === "stopped" && "Sending has stopped."}
      </p>
      <span
        className="progress whole"
        role="progressbar"
        aria-label="Bytes sent"
        aria-valuemin={0}
        aria-valuemax={found.bytes}
        aria-valuenow={Math.round(share * found.bytes)}
      >
        <div style={{ width: `${100 * share}%` }} />
      </span>
      <p className="muted numbers">
        {sizeText(Math.min(sent, found.bytes))} of {sizeText(found.bytes)}
      </p>
      {state.kind === "stopped" && (
        <p role="alert" className="note bad">
          <span>
            {state.path !== null && <code>{state.path}</code>} {state.sentence}
          </span>
        </p>
      )}
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onBack}>
          Cancel
        </button>
        {state.kind === "stopped" && (
          <button type="button" className="button primary" onClick={() => void upload.run(order)}>
            Try again
          </button>
        )}
      </div>
    </div>
  );
}
