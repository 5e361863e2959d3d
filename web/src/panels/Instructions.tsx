import { useEffect } from "react";
import { noteSeen } from "../app/editor/instructionsSeen";
import { type Block, blocksOf } from "../model/instructions";
import { Markdown } from "./Markdown";
import { useEditor } from "./useEditor";

/** What the customer wrote, beside the work; its version is recorded once it is on screen. */
export function Instructions() {
  const { editor } = useEditor();
  const { instructions } = editor.work;
  const text = instructions?.text ?? "";
  const { task_id } = editor.work;
  useEffect(() => {
    if (text === "") return;
    const stop = new AbortController();
    void noteSeen(task_id, text, stop.signal);
    return () => stop.abort();
  }, [task_id, text]);
  if (instructions === null) return null;
  return (
    <aside className="instructions" aria-label="Instructions">
      {blocksOf(text, instructions.embed_hosts).map((block, place) => (
        <BlockView key={place} block={block} />
      ))}
    </aside>
  );
}

function BlockView({ block }: { readonly block: Block }) {
  const { editor } = useEditor();
  const pictures = editor.work.instructions?.pictures ?? {};
  switch (block.kind) {
    case "markdown":
      return <Markdown text={block.text} pictures={pictures} />;
    case "document":
      return <EmbeddedDocument address={block.address} />;
    case "link":
      return (
        <p>
          <a href={block.address} target="_blank" rel="noopener noreferrer nofollow">
            Open the document at {new URL(block.address).host}
          </a>
        </p>
      );
  }
}

/** Another host's page: it may run its own scripts, and reaches nothing of ours. */
function EmbeddedDocument({ address }: { readonly address: string }) {
  return (
    <figure className="embedded">
      <iframe
        src={address}
        title="The customer’s document"
        sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        loading="lazy"
      />
      <figcaption className="faint">
        Nothing to see?{" "}
        <a href={address} target="_blank" rel="noopener noreferrer nofollow">
          Open it in its own tab
        </a>
      </figcaption>
    </figure>
  );
}
