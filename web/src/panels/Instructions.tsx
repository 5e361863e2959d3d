import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { noteSeen } from "../app/editor/instructionsSeen";
import { type Block, blocksOf } from "../model/instructions";
import { Icon } from "./Icon";
import { Markdown } from "./Markdown";
import { useEditor, useLook } from "./useEditor";

/** So high are three lines of text and what parts two paragraphs. */
const FEW_LINES_PX = 68;

/**
 * What the customer wrote, beside the work: its first lines, until the person unfolds them, for what
 * one works with needs the room. Its version is recorded once all of it is on screen.
 */
export function Instructions() {
  const { editor } = useEditor();
  const { instructions } = editor.work;
  const text = instructions?.text ?? "";
  const { task_id } = editor.work;
  const blocks = useMemo(() => blocksOf(text, instructions?.embed_hosts ?? []), [text, instructions]);
  const isUnfolded = useLook((look) => look.instructions);
  // A document has its own page, which three lines show nothing of.
  const mayFold = !blocks.some(({ kind }) => kind === "document");
  const inner = useRef<HTMLDivElement>(null);
  const height = useHeight(inner);
  const isLong = mayFold && height > FEW_LINES_PX;
  const isFolded = isLong && !isUnfolded;
  const panel = useRef<HTMLElement>(null);
  useFolding(panel, mayFold && !(isLong && isUnfolded), height);
  useEffect(() => {
    if (text === "" || height === 0 || isFolded) return;
    const stop = new AbortController();
    void noteSeen(task_id, text, stop.signal);
    return () => stop.abort();
  }, [task_id, text, height, isFolded]);
  if (instructions === null) return null;
  return (
    <aside ref={panel} className={`instructions ${isFolded ? "folded" : ""}`} aria-label="Instructions">
      <div className={`instructions-text ${mayFold ? "" : "whole"}`} style={isFolded ? { maxHeight: FEW_LINES_PX } : undefined}>
        <div ref={inner} className="instructions-inner">
          {blocks.map((block, place) => (
            <BlockView key={place} block={block} />
          ))}
        </div>
      </div>
      {isLong && (
        <button
          type="button"
          className="button small quiet instructions-more"
          aria-expanded={isUnfolded}
          onClick={() => editor.look.setState({ instructions: !isUnfolded })}
        >
          <Icon name={isUnfolded ? "shrink" : "grow"} /> {isUnfolded ? "Less" : "All instructions"}
        </button>
      )}
    </aside>
  );
}

/** Of an element's content, also while it is cut off; 0 before it is on screen. */
function useHeight(of: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const element = of.current;
    if (element === null) return;
    const measure = () => setHeight(element.offsetHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [of]);
  return height;
}

/** Its column gives the panel what it needs, no more. */
function useFolding(panel: RefObject<HTMLElement | null>, isFolded: boolean, height: number): void {
  const { dock } = useEditor().editor;
  useLayoutEffect(() => {
    if (!isFolded || height === 0 || panel.current === null) return undefined;
    // Of the panel all but what its text is cut to: padding and the button below.
    const parts = [...panel.current.children].map((child) => (child as HTMLElement).offsetHeight);
    const { paddingTop, paddingBottom, rowGap } = getComputedStyle(panel.current);
    const gaps = (parts.length - 1) * (Number.parseFloat(rowGap) || 0);
    const around = Number.parseFloat(paddingTop) + Number.parseFloat(paddingBottom);
    dock.fold("instructions", Math.ceil(parts.reduce((sum, part) => sum + part, 0) + gaps + around));
    return () => dock.fold("instructions", null);
  }, [dock, panel, isFolded, height]);
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
