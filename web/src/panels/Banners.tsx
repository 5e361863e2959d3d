import { useState } from "react";
import { useStore } from "zustand";
import type { Review } from "../api/types";
import { refreshSession, signIn, useSession } from "../app/session";
import { sentenceOf, wayOut } from "../app/editor/blocked";
import type { Stage } from "../app/editor/stage";
import { tokenIn } from "../app/signInLink";
import { useEditor, useStatus } from "./useEditor";

/** What stands between the person and the work, with the way out. */
export function Banners({ stage }: { readonly stage: Stage | null }) {
  const sync = useStatus((status) => status.sync);
  const savingProblem = useStatus((status) => status.savingProblem);
  return (
    <div className="banners">
      {sync.kind === "signed-out" ? <SignInAgain /> : <LookingOnly />}
      <Returned />
      <Fixing />
      <Restored />
      <NoDisk />
      <Updated />
      {savingProblem !== null && (
        <div role="alert" className="note bad">
          Saving failed in a way that it never should: {savingProblem}. Reload the page; what was
          saved stays.
        </div>
      )}
      {stage !== null && <PointsProblem stage={stage} />}
    </div>
  );
}

/** Another window has the task, or nobody can have it any more. */
function LookingOnly() {
  const { editor } = useEditor();
  const blocked = useStatus((status) => status.blocked);
  const unsent = useStatus((status) => status.unsent);
  if (blocked === null) return null;
  const button = wayOut(blocked);
  return (
    <div role="alert" className="note warn">
      <span className="grow">
        {sentenceOf(blocked)} You can look, but not change anything.
        {button !== null && unsent > 0 && (
          <> {edits(unsent)} of yours wait on this machine until you have the task again.</>
        )}
      </span>
      {button !== null && (
        <button
          type="button"
          className="button small"
          onClick={() => void editor.task.claim(true)}
        >
          {button}
        </button>
      )}
    </div>
  );
}

/** What is edited here is with the customer already. */
function Fixing() {
  const { editor } = useEditor();
  const takesEdits = useStatus((status) => status.takesEdits);
  const [seen, setSeen] = useState(false);
  if (!editor.work.fixing || seen || !takesEdits) return null;
  return (
    <div role="status" className="note">
      <span className="grow">
        <strong>Fixing delivered work.</strong> The customer gets your changes when you finish the
        fix.
      </span>
      <button type="button" className="button small" onClick={() => setSeen(true)}>
        OK
      </button>
    </div>
  );
}

const CAME_BACK: Readonly<Partial<Record<Review["verdict"], string>>> = {
  returned: "Returned",
  recalled: "Sent back",
};

/** Why the work came back, in the reviewer's words. */
function Returned() {
  const { editor } = useEditor();
  const takesEdits = useStatus((status) => status.takesEdits);
  const [seen, setSeen] = useState(false);
  const [newest] = editor.work.reviews;
  if (newest === undefined || seen || !takesEdits || editor.work.fixing) return null;
  const word = CAME_BACK[newest.verdict];
  if (word === undefined) return null;
  return (
    <div role="status" className="note warn">
      <span className="grow">
        <strong>{editor.work.in_review ? `${word} before` : word}</strong> by{" "}
        {newest.reviewed_by}: {newest.comment}
      </span>
      <button type="button" className="button small" onClick={() => setSeen(true)}>
        OK
      </button>
    </div>
  );
}

/** What was found in the journal is never put into the document silently. */
function Restored() {
  const restored = useStatus((status) => status.restored);
  const unsent = useStatus((status) => status.unsent);
  const ended = useStatus((status) => !status.takesEdits);
  const [seen, setSeen] = useState(false);
  if (restored === 0 || seen || ended) return null;
  return (
    <div role="status" className="note">
      <span className="grow">
        {edits(restored)} from your last visit {restored === 1 ? "was" : "were"} restored
        {unsent === 0 ? " and saved." : " and will be saved as soon as possible."}
      </span>
      <button type="button" className="button small" onClick={() => setSeen(true)}>
        OK
      </button>
    </div>
  );
}

/** Said once: work goes on, but a closed tab may lose what is not saved yet. */
function NoDisk() {
  const diskProblem = useStatus((status) => status.diskProblem);
  const [seen, setSeen] = useState(false);
  if (diskProblem === null || seen) return null;
  return (
    <div role="alert" className="note warn">
      <span className="grow">
        This browser keeps no copy of your edits on disk ({diskProblem}). They are still saved over
        the network; keep this tab open until it says “Saved”.
      </span>
      <button type="button" className="button small" onClick={() => setSeen(true)}>
        OK
      </button>
    </div>
  );
}

function Updated() {
  const updated = useStatus((status) => status.updated);
  const [seen, setSeen] = useState(false);
  if (!updated || seen) return null;
  return (
    <div role="status" className="note">
      <span className="grow">
        Groundplane was updated. Reload this page when convenient; your work is saved as before.
      </span>
      <button type="button" className="button small" onClick={() => location.reload()}>
        Reload
      </button>
      <button type="button" className="button small" onClick={() => setSeen(true)}>
        Later
      </button>
    </div>
  );
}

const edits = (count: number) => (count === 1 ? "1 edit" : `${count} edits`);

function PointsProblem({ stage }: { readonly stage: Stage }) {
  const problem = useStore(stage.status, (status) => status.problem);
  if (problem === null) return null;
  return (
    <div role="alert" className="note bad">
      <span className="grow">{problem}</span>
      <button type="button" className="button small" onClick={() => stage.retry()}>
        Try again
      </button>
    </div>
  );
}

/** The session ended in the middle of work: everything waits until the same person is back. */
function SignInAgain() {
  const { editor } = useEditor();
  const [link, setLink] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const back = () => {
    const { session } = useSession.getState();
    if (session.kind !== "in") setProblem("Nobody is signed in yet.");
    else if (session.me.person_id === editor.task.personId) void editor.task.signedIn();
    // Another person has another journal: what waits here stays for its owner.
    else location.assign("/");
  };
  const enter = async () => {
    try {
      if (link.trim() === "") await refreshSession();
      else await signIn(tokenIn(link));
      back();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "Signing in failed.");
    }
  };
  return (
    <form
      role="alert"
      className="note warn"
      onSubmit={(event) => {
        event.preventDefault();
        void enter();
      }}
    >
      <span className="grow">
        Your sign-in has ended. Your work is safe on this machine and is sent when you are back.
        Paste a new sign-in link, or open it in another tab.
        {problem !== null && <strong> {problem}</strong>}
      </span>
      <input
        className="input link-input"
        aria-label="Sign-in link"
        placeholder="Sign-in link"
        value={link}
        onChange={(event) => setLink(event.target.value)}
      />
      <button type="submit" className="button small primary">
        Continue
      </button>
    </form>
  );
}
