import { useState } from "react";
import { callbackSecret, rotateSigningSecret } from "../api/tasks";
import type { CallbackSecrets } from "../api/types";
import { CopyText } from "./CopyText";
import { Problem } from "./Problem";

/** What the receiver knows callbacks by, hidden until it is asked for. */
export function CallbackSecret() {
  const [shown, setShown] = useState<CallbackSecrets | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = async (answer: Promise<CallbackSecrets>) => {
    try {
      setShown(await answer);
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "The value cannot be shown.");
    }
  };
  return (
    <>
      <div className="secret">
        <span className="grow">
          <code>scale-callback-auth</code> <span className="muted">and</span>{" "}
          <code>webhook-signature</code>
          <span className="muted"> are sent with every callback</span>
        </span>
        <button
          type="button"
          className="button small"
          onClick={() => (shown === null ? void ask(callbackSecret()) : setShown(null))}
        >
          {shown === null ? "Show" : "Hide"}
        </button>
      </div>
      {shown !== null && (
        <>
          <CopyText label="Value of scale-callback-auth" text={shown.secret} />
          {shown.signing_secrets.map((secret, index) => (
            <CopyText
              key={secret}
              label={index === 0 ? "Signing secret" : "Earlier signing secret, for a day"}
              text={secret}
            />
          ))}
          <div className="secret">
            <span className="muted grow">
              After a change, the earlier secret signs for 24 hours more.
            </span>
            <button
              type="button"
              className="button small"
              onClick={() => void ask(rotateSigningSecret())}
            >
              Change signing secret
            </button>
          </div>
        </>
      )}
      <Problem sentence={problem} />
    </>
  );
}
