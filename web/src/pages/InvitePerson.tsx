import { useState } from "react";
import { invite } from "../api/people";
import type { Role } from "../api/types";
import { Dialog } from "../panels/Dialog";
import { CopyText } from "./CopyText";
import { FormDialog, saidOf, TextField, useFocusBack, useSending } from "./Fields";

export const ROLES: readonly (readonly [Role, string, string])[] = [
  ["labeler", "Labeler", "Labels the tasks of their queue."],
  ["reviewer", "Reviewer", "Also accepts, fixes and returns the work of others."],
  ["manager", "Manager", "Also sees everything here: people, projects, callbacks, keys."],
];

interface Props {
  readonly onClose: () => void;
  readonly onInvited: () => void;
}

/** Somebody new: who, as what, and then the link to hand over. */
export function InvitePerson({ onClose, onInvited }: Props) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("labeler");
  const [link, setLink] = useState<string | null>(null);
  const sending = useSending(["email", "role"]);
  const send = () =>
    sending.send(async () => {
      const made = await invite(email.trim(), role);
      setLink(made.url);
      onInvited();
    });
  if (link !== null) return <LinkDialog email={email.trim()} link={link} onClose={onClose} />;
  return (
    <FormDialog
      title="Invite somebody"
      sending={sending}
      verb="Make the invitation"
      onSend={() => void send()}
      onClose={onClose}
    >
      <TextField
        label="E-mail address"
        type="email"
        value={email}
        onChange={setEmail}
        problem={saidOf(sending.blame, "email")}
        hint="Nothing is mailed: you get a link, and hand it over yourself."
      />
      <RoleChoice role={role} onChange={setRole} />
    </FormDialog>
  );
}

interface ChoiceProps {
  readonly role: Role;
  readonly disabled?: boolean;
  readonly onChange: (role: Role) => void;
}

export function RoleChoice({ role, disabled = false, onChange }: ChoiceProps) {
  return (
    <fieldset className="role-choice" disabled={disabled}>
      <legend>Role</legend>
      {ROLES.map(([value, word, may]) => (
        <label key={value} className="check-row described">
          <input
            type="radio"
            name="role"
            value={value}
            checked={role === value}
            onChange={() => onChange(value)}
          />
          <span>
            {word}
            <span className="faint">{may}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface LinkProps {
  readonly email: string;
  readonly link: string;
  readonly onClose: () => void;
}

/** A link is shown once: it is kept nowhere. */
function LinkDialog({ email, link, onClose }: LinkProps) {
  useFocusBack();
  return (
    <Dialog title="Invited" size="medium" onClose={onClose}>
      <SignInLinkText email={email} link={link} />
      <div className="dialog-buttons">
        <button type="button" className="button primary" onClick={onClose}>
          Done
        </button>
      </div>
    </Dialog>
  );
}

export function SignInLinkText({ email, link }: { readonly email: string; readonly link: string }) {
  return (
    <div className="stack tight">
      <p>
        Give this link to <strong>{email}</strong>. It signs them in once, within 24 hours, and is
        shown only now. You can make another one at any time.
      </p>
      <CopyText label="Sign-in link" text={link} />
    </div>
  );
}
