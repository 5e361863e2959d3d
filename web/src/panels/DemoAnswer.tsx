import { useEffect, useState } from "react";
import { getJson } from "../api/http";
import { taskDetail } from "../api/tasks";
import { useLoaded } from "../app/useLoaded";
import { useEditor } from "./useEditor";

interface FrameAnswer {
  readonly cuboids: readonly unknown[];
}

/** After the demo was submitted: the file that a customer would get, its first cuboid in full. */
export function DemoAnswer() {
  const { editor } = useEditor();
  if (!editor.work.is_demo) return null;
  return <Answer taskId={editor.work.task_id} />;
}

function Answer({ taskId }: { readonly taskId: string }) {
  const { editor } = useEditor();
  useEffect(() => editor.tour.end(), [editor]);
  const [loaded] = useLoaded(
    taskId,
    (signal) => taskDetail(taskId, { signal }),
    ({ response_url: url, state }) => (url !== null || state === "error" ? null : 500),
  );
  const address = loaded.kind === "there" ? loaded.value.response_url : null;
  if (address === null) return <p className="muted">Making the response file…</p>;
  return <Response address={address} />;
}

function Response({ address }: { readonly address: string }) {
  const [frames, setFrames] = useState<readonly FrameAnswer[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    // By its path: the page may have been reached by another name than the file's address says.
    getJson<readonly FrameAnswer[]>(new URL(address).pathname, { signal: stop.signal }).then(
      setFrames,
      (error: unknown) => {
        if (!stop.signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
      },
    );
    return () => stop.abort();
  }, [address]);
  if (problem !== null) {
    return (
      <p role="alert" className="note bad">
        {problem}
      </p>
    );
  }
  if (frames === null) return <p className="muted">Fetching the response…</p>;
  const all = frames.flatMap(({ cuboids }) => cuboids);
  return (
    <section className="demo-answer" aria-label="Response">
      <p>
        That was the tour. This is what a customer of the API gets, here of the first cuboid. In
        their format x is the width, y the length, and yaw is in radians from the +y axis:
      </p>
      <pre tabIndex={0}>{all.length === 0 ? "[]" : JSON.stringify(all[0], rounded, 2)}</pre>
      <p className="muted numbers">
        One entry for each object in each frame: {all.length} in {frames.length}{" "}
        {frames.length === 1 ? "frame" : "frames"}.{" "}
        <a href={address} target="_blank" rel="noopener noreferrer">
          The whole file
        </a>
      </p>
    </section>
  );
}

/** Millimetres are enough to read. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 1_000) / 1_000 : value;
}
