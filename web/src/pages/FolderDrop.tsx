import { type DragEvent, useEffect, useRef, useState } from "react";
import { chosenFiles, droppedFiles, type PathFile } from "../app/newtask/dropped";

interface Props {
  readonly onFiles: (files: readonly PathFile[]) => void;
}

/** Where a folder of frames is dropped or chosen. */
export function FolderDrop({ onFiles }: Props) {
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  // Beside the zone a browser would open the file in place of this page.
  useEffect(() => {
    const stay = (event: globalThis.DragEvent) => event.preventDefault();
    for (const kind of ["dragover", "drop"] as const) addEventListener(kind, stay);
    return () => {
      for (const kind of ["dragover", "drop"] as const) removeEventListener(kind, stay);
    };
  }, []);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    setProblem(false);
    droppedFiles(event.dataTransfer).then(onFiles, () => setProblem(true));
  };
  return (
    <div
      className={`folder-drop ${isOver ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <p>
        <strong>Drop a folder of frames here</strong>
      </p>
      <p className="muted">Frame JSON files, one a frame, with their pictures beside them.</p>
      <input
        ref={(element) => {
          input.current = element;
          element?.setAttribute("webkitdirectory", "");
        }}
        type="file"
        multiple
        hidden
        aria-label="Folder of frames"
        onChange={({ currentTarget }) => {
          if (currentTarget.files !== null) onFiles(chosenFiles(currentTarget.files));
          currentTarget.value = "";
        }}
      />
      <button type="button" className="button" onClick={() => input.current?.click()}>
        Choose a folder
      </button>
      {problem && (
        <p role="alert" className="note bad">
          The browser could not read what was dropped. Choose the folder instead.
        </p>
      )}
    </div>
  );
}
