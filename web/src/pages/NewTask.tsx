import { useEffect, useState } from "react";
import { uploadLimits } from "../api/files";
import type { PathFile } from "../app/newtask/dropped";
import { type Found, lookInto } from "../app/newtask/look";
import { Dialog } from "../panels/Dialog";
import { type FrameReader, startFrameReader } from "../workers/frames";
import { ClientSnippet } from "./ClientSnippet";
import { FolderDrop } from "./FolderDrop";
import { FolderTask } from "./FolderTask";

interface Props {
  /** What was dropped on the page; null: the person chooses here. */
  readonly dropped: readonly PathFile[] | null;
  readonly onClose: () => void;
}

/** A new task: of a folder that is here, or over the API. */
export function NewTask({ dropped, onClose }: Props) {
  const [files, setFiles] = useState(dropped);
  const [reader] = useState(startFrameReader);
  useEffect(() => () => reader.stop(), [reader]);
  return (
    <Dialog title="New task" size="medium" onClose={onClose}>
      {files === null ? (
        <>
          <FolderDrop onFiles={setFiles} />
          <details className="client-way">
            <summary>Or send it with the official client</summary>
            <div className="stack tight">
              <ClientSnippet />
            </div>
          </details>
          <div className="dialog-buttons">
            <button type="button" className="button" onClick={onClose}>
              Close
            </button>
          </div>
        </>
      ) : (
        <Folder
          files={files}
          reader={reader}
          onOther={() => setFiles(null)}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

type Looking =
  | { readonly kind: "reading"; readonly done: number; readonly of: number }
  | { readonly kind: "found"; readonly found: Found; readonly mostBytes: number }
  | { readonly kind: "failed"; readonly sentence: string };

interface FolderProps {
  readonly files: readonly PathFile[];
  readonly reader: FrameReader;
  readonly onOther: () => void;
  readonly onClose: () => void;
}

function Folder({ files, reader, onOther, onClose }: FolderProps) {
  const [looking, setLooking] = useState<Looking>({ kind: "reading", done: 0, of: 0 });
  useEffect(() => {
    const stop = new AbortController();
    const look = async () => {
      const { most_bytes: mostBytes } = await uploadLimits({ signal: stop.signal });
      const onRead = (done: number, of: number) => setLooking({ kind: "reading", done, of });
      const found = await lookInto(files, reader, mostBytes, onRead, stop.signal);
      setLooking({ kind: "found", found, mostBytes });
    };
    look().catch((error: unknown) => {
      if (stop.signal.aborted) return;
      setLooking({ kind: "failed", sentence: error instanceof Error ? error.message : String(error) });
    });
    return () => stop.abort();
  }, [files, reader]);

  switch (looking.kind) {
    case "reading":
      return (
        <p className="muted numbers" aria-live="polite">
          {looking.of === 0 ? "Looking into the folder…" : `Reading file ${looking.done + 1} of ${looking.of}…`}
        </p>
      );
    case "failed":
      return <NotThis sentence={looking.sentence} onOther={onOther} />;
    case "found":
      if (files.length === 0) return <NotThis sentence="The folder is empty." onOther={onOther} />;
      return (
        <FolderTask
          found={looking.found}
          mostBytes={looking.mostBytes}
          reader={reader}
          onOther={onOther}
          onClose={onClose}
        />
      );
  }
}

interface NotThisProps {
  readonly sentence: string;
  readonly onOther: () => void;
}

function NotThis({ sentence, onOther }: NotThisProps) {
  return (
    <>
      <p role="alert" className="note bad">
        {sentence}
      </p>
      <div className="dialog-buttons">
        <button type="button" className="button primary" onClick={onOther}>
          Choose another folder
        </button>
      </div>
    </>
  );
}
