/** What stands in a dialog before work is handed in: what is in it, and what stops it. */

import { useEffect, useId, useState } from "react";
import { useStore } from "zustand";
import { type Finding, findings, labelCounts } from "../app/editor/checks";
import { trackFindings } from "../app/editor/workChecks";
import type { Editor } from "../app/editor/editor";
import { LabelTag } from "./LabelTag";
import { useDocument, useEditor, useStatus } from "./useEditor";

export interface HandingIn {
  readonly found: readonly Finding[];
  readonly unsent: number;
  readonly refused: number;
  /** Why nothing can be handed in from here now. */
  readonly away: string | null;
  readonly frames: FramesLook;
  /** How many findings keep it from being handed in. */
  readonly mustFix: number;
  /** Something is wrong that must be mended first. */
  readonly isStopped: boolean;
  /** Asked or not all saved yet: nothing can be pressed now. */
  readonly isBusy: boolean;
  readonly problem: string | null;
  readonly close: () => void;
  readonly run: (hand: () => Promise<void>) => Promise<void>;
}

const AWAY: Readonly<Record<string, string | undefined>> = {
  offline:
    "The server is not reached now. Your edits are safe on this machine; go on when you are back online.",
  lost: "This task is not in your hand here: it was taken over, or you work on it in another window.",
  "signed-out": "You are signed out. Your edits are safe on this machine; sign in and go on.",
  finished: "This task is finished already.",
};

/** @param onDone called when the server has it. */
export function useHandingIn(onDone: () => void): HandingIn {
  const { editor } = useEditor();
  const { document } = useDocument();
  const unsent = useStatus((status) => status.unsent);
  const refused = useStatus((status) => status.refused.length);
  const away = useStatus(({ sync }) => AWAY[sync.kind] ?? null);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const frames = useFramesCheck();
  const { config, checks } = editor.work;
  const found = [
    ...findings(config, document, editor.frames_ns),
    ...trackFindings(document, editor.frames_ns, checks),
    ...frames.found,
  ].sort((a, b) => Number(b.serious) - Number(a.serious));
  const mustFix = found.filter(({ serious }) => serious).length;
  const close = () => editor.view.setState({ submitting: false });
  const run = async (hand: () => Promise<void>) => {
    setAsking(true);
    try {
      await hand();
      close();
      onDone();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "The server did not take it.");
      setAsking(false);
    }
  };
  return {
    found,
    unsent,
    refused,
    away,
    frames,
    mustFix,
    isStopped: away !== null || refused > 0 || mustFix > 0 || frames.isOpen,
    isBusy: asking || unsent > 0,
    problem,
    close,
    run,
  };
}

interface FramesLook {
  /** What must be mended, of what the points of every frame say. */
  readonly found: readonly Finding[];
  /** That was asked for, and is not known yet. */
  readonly isOpen: boolean;
}

/** Where a project wants to have such findings mended, every frame is looked at first. */
function useFramesCheck(): FramesLook {
  const { editor } = useEditor();
  const { framesCheck } = editor;
  const found = useStore(framesCheck.state, (state) => state.found);
  useEffect(() => {
    if (!framesCheck.isAsked) return undefined;
    lookAtFrames(editor);
    return () => framesCheck.stop();
  }, [editor, framesCheck]);
  if (!framesCheck.isAsked || editor.stage === null) return { found: [], isOpen: false };
  const isNow = framesCheck.isNow;
  return { found: isNow ? (found ?? []).filter(({ serious }) => serious) : [], isOpen: !isNow };
}

function lookAtFrames({ framesCheck, stage }: Editor): void {
  if (stage !== null && !framesCheck.isNow) void framesCheck.run(stage.feed);
}

/** What the last look at every frame found, where it stops nothing. */
function FramesWord() {
  const { editor } = useEditor();
  const { document } = useDocument();
  const { found, document: looked } = useStore(editor.framesCheck.state);
  const count = found?.filter(({ serious }) => !serious).length ?? 0;
  const open = () => editor.view.setState({ submitting: false, checks: true });
  if (editor.stage === null || (found !== null && count === 0 && looked === document)) return null;
  const words =
    found === null
      ? "The points of all frames were not looked through for what may be wrong."
      : `In all frames ${count} ${count === 1 ? "place" : "places"} may be wrong${looked === document ? "" : "; you have edited since they were found"}.`;
  return (
    <p className="note warn">
      <span className="grow">{words}</span>
      <button type="button" className="button small" onClick={open}>
        Checks
      </button>
    </p>
  );
}

/** How far the look at every frame is. */
function FramesProgress() {
  const { editor } = useEditor();
  const { done, of, problem } = useStore(editor.framesCheck.state);
  if (problem !== null) {
    return (
      <p className="note bad">
        <span className="grow">{problem}</span>
        <button type="button" className="button small" onClick={() => lookAtFrames(editor)}>
          Look again
        </button>
      </p>
    );
  }
  if (done === null) return null;
  return (
    <p className="note" role="status">
      Every frame is looked at first: {Math.min(of, done + 1)} of {of}…{" "}
      <progress max={of} value={done} />
    </p>
  );
}

export function WhatIsHandedIn({ state }: { readonly state: HandingIn }) {
  const { editor } = useEditor();
  const { document } = useDocument();
  const { found, unsent, refused, away } = state;
  const counts = labelCounts(document, editor.frames_ns);
  const frames = editor.frames_ns.length;
  return (
    <>
      {counts.length > 0 && (
        <ul className="label-counts" aria-label="Objects by label">
          {counts.map(({ label, objects }) => (
            <li key={label}>
              <LabelTag colour={editor.colour(label)} tag={editor.tag(label)} />
              {editor.display(label)} <strong className="numbers">{objects}</strong>
            </li>
          ))}
          <li className="faint">in {frames === 1 ? "1 frame" : `${frames} frames`}</li>
        </ul>
      )}
      {found.length > 0 && (
        <ul className="findings">
          {found.map((one, row) => (
            <FindingRow key={row} finding={one} onShow={state.close} />
          ))}
        </ul>
      )}
      {state.frames.isOpen ? <FramesProgress /> : <FramesWord />}
      {state.mustFix > 0 && (
        <p className="note bad">
          {state.mustFix === 1 ? "One of these must" : `${state.mustFix} of these must`} be fixed
          before this can be handed in.
        </p>
      )}
      {refused > 0 && <p className="note bad">Some edits were refused. Look at them first.</p>}
      {away !== null && <p className="note bad">{away}</p>}
      {away === null && unsent > 0 && (
        <p className="note warn">
          {unsent === 1 ? "1 edit is" : `${unsent} edits are`} still being saved.
        </p>
      )}
      <WhyNot state={state} />
    </>
  );
}

/** What the server said when it was asked and did not take it. */
export function WhyNot({ state }: { readonly state: HandingIn }) {
  if (state.problem === null) return null;
  return (
    <p role="alert" className="note bad">
      {state.problem}
    </p>
  );
}

interface CommentFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** What is said with what is handed in. */
export function CommentField({ label, placeholder, value, onChange }: CommentFieldProps) {
  const field = useId();
  return (
    <div className="field">
      <label htmlFor={field}>{label}</label>
      <textarea
        id={field}
        className="input"
        rows={3}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
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
