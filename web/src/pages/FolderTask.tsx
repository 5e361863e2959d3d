import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { FolderCheck } from "../app/newtask/check";
import type { Found } from "../app/newtask/look";
import { FolderUpload, type OrderOfFolder } from "../app/newtask/upload";
import { navigate, useLocation } from "../app/router";
import type { FrameReader } from "../workers/frames";
import { FolderCheckCard } from "./FolderCheckCard";
import { FolderFound, sizeText } from "./FolderFound";
import { OrderFields, orderOf, startOrder, useProjects } from "./OrderFields";
import { WholeBar } from "./WholeBar";

interface Props {
  readonly found: Found;
  readonly mostBytes: number;
  readonly reader: FrameReader;
  readonly onOther: () => void;
  readonly onClose: () => void;
}

/** What is in the folder, what is asked of the labelers, a check beforehand, and the upload. */
export function FolderTask({ found, mostBytes, reader, onOther, onClose }: Props) {
  const projects = useProjects();
  const [typed, setTyped] = useState(() => startOrder(found.name));
  const [upload] = useState(() => new FolderUpload(found, reader));
  const [check] = useState(() => new FolderCheck(upload));
  const [isMaking, setMaking] = useState(false);
  const { kind } = useStore(check.state);
  const uploading = useStore(upload.state);
  const order = orderOf(typed);
  const isWhole = found.frames.length > 0 && found.tooLarge.length === 0;
  useEffect(
    () => () => {
      check.cancel();
      upload.cancel();
    },
    [check, upload],
  );

  if (isMaking && order !== null) {
    return (
      <Sending
        upload={upload}
        found={found}
        order={order}
        onBack={() => {
          upload.cancel();
          setMaking(false);
        }}
      />
    );
  }
  const count = found.frames.length;
  const isChecking = kind === "reading" || (kind === "sending" && uploading.kind !== "stopped");
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWhole || order === null) return;
        check.cancel();
        setMaking(true);
        void upload.run(order);
      }}
    >
      <FolderFound found={found} mostBytes={mostBytes} />
      {count > 0 && <OrderFields typed={typed} projects={projects} onChange={setTyped} />}
      <FolderCheckCard found={found} upload={upload} check={check} />
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={onOther}>
          Other folder
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        {count > 0 && isChecking && (
          <button
            type="button"
            className="button"
            onClick={() => {
              check.cancel();
              upload.cancel();
            }}
          >
            Stop the check
          </button>
        )}
        {count > 0 && !isChecking && (
          <button
            type="button"
            className="button"
            title="Read every frame and look for what is wrong, before there is a task"
            disabled={!isWhole}
            onClick={() => void check.run()}
          >
            Check the scene
          </button>
        )}
        {count > 0 && (
          <button type="submit" className="button primary" disabled={!isWhole || order === null}>
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
  return (
    <div className="stack tight">
      <p aria-live="polite">
        {state.kind === "sending" && `Sending ${found.frames.length + found.pictures.size} files…`}
        {(state.kind === "making" || state.kind === "made") && "Making the task…"}
        {state.kind === "stopped" && "Sending has stopped."}
      </p>
      <WholeBar label="Bytes sent" done={sent} of={found.bytes} />
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
