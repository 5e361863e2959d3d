import { useState } from "react";
import { useStore } from "zustand";
import { refreshSession, signIn, useSession } from "../app/session";
import type { Stage } from "../app/editor/stage";
import { tokenIn } from "../app/signInLink";
import { useEditor, useStatus } from "./useEditor";

/** What stands between the person and the work, with the way out. */
export function Banners({ stage }: { readonly stage: Stage | null }) {
  const { editor } = useEditor();
  const sync = useStatus((status) => status.sync);
  const blocked = useStatus((status) => status.blocked);
  const storageProblem = useStatus((status) => status.storageProblem);
  const takesEdits = useStatus((status) => status.takesEdits);
  return (
    <div className="banners">
      {sync.kind === "signed-out" && <SignInAgain />}
      {sync.kind !== "signed-out" && blocked !== null && (
        <div role="alert" className="note warn">
          <span className="grow">{blocked} You can look, but not change anything.</span>
          {takesEdits && (
            <button
              type="button"
              className="button small"
              onClick={() => void editor.task.claim(true)}
            >
              Take over
            </button>
          )}
        </div>
      )}
      {storageProblem !== null && (
        <div role="alert" className="note bad">
          The last edit was taken back because this browser could not store it: {storageProblem}
        </div>
      )}
      {stage !== null && <PointsProblem stage={stage} />}
    </div>
  );
}

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
