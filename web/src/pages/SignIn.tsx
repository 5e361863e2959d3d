import { useState } from "react";
import { Refused } from "../api/http";
import { navigate, useLocation } from "../app/router";
import { signIn } from "../app/session";
import { tokenIn } from "../app/signInLink";
import { Brand } from "./Shell";
import { Problem } from "./Problem";

/** Opened by a one-time link. Nothing is spent until the button is pressed, so previews are safe. */
export function SignIn() {
  const { query } = useLocation();
  const token = query.get("token");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [spent, setSpent] = useState(false);

  const enter = async (given: string) => {
    setBusy(true);
    try {
      await signIn(given);
      navigate("/", { replace: true });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "Signing in failed.");
      // Without an answer the link may still be good; a refused one never is again.
      setSpent(error instanceof Refused);
      setBusy(false);
    }
  };

  return (
    <div className="centre">
      <div className="card sign">
        <div className="brand">
          <Brand />
        </div>
        <Problem sentence={problem} />
        {token === null ? (
          <SignedOut onLink={(given) => void enter(given)} busy={busy} />
        ) : (
          <>
            <h1>Sign in to Groundplane</h1>
            {spent ? (
              <NewLink />
            ) : (
              <>
                <p className="muted">This link signs you in on this browser and works once.</p>
                <button
                  type="button"
                  className="button primary"
                  disabled={busy}
                  onClick={() => void enter(token)}
                >
                  Sign in
                </button>
              </>
            )}
          </>
        )}
      </div>
    </div>
  );
}

function NewLink() {
  return (
    <p className="muted">
      Ask a manager for a new link, or run:{" "}
      <code>.venv/bin/groundplane users create --data data --email … --role …</code>
    </p>
  );
}

interface SignedOutProps {
  readonly busy: boolean;
  readonly onLink: (token: string) => void;
}

function SignedOut({ busy, onLink }: SignedOutProps) {
  const [link, setLink] = useState("");
  return (
    <>
      <h1>You are signed out</h1>
      <p className="muted">
        Open the sign-in link that a manager gave you, or paste it here.
      </p>
      <NewLink />
      <form
        className="stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          onLink(tokenIn(link));
        }}
      >
        <label className="field">
          <span>Sign-in link</span>
          <input
            className="input"
            value={link}
            onChange={(event) => setLink(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        </label>
        <button type="submit" className="button primary" disabled={busy || link.trim() === ""}>
          Sign in
        </button>
      </form>
    </>
  );
}
