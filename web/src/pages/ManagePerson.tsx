import { type ReactNode, useState } from "react";
import {
  changeAssignments,
  giveRole,
  newSignInLink,
  removePerson,
  rewriteGroup,
  setDisabled,
} from "../api/people";
import { listProjects } from "../api/files";
import type { GroupView, Me, PersonView } from "../api/types";
import { useAsking } from "../app/useAsking";
import { useLoaded } from "../app/useLoaded";
import { useWanted } from "../app/useWanted";
import { Dialog } from "../panels/Dialog";
import { Confirm, useFocusBack, useSending } from "./Fields";
import { RoleChoice, SignInLinkText } from "./InvitePerson";
import type { Member } from "./People";
import { NotThere, Problem } from "./Problem";

interface Props {
  readonly member: Member;
  readonly allGroups: readonly GroupView[];
  readonly me: Me;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** All that a manager may change about one person. */
export function ManagePerson({ member, allGroups, me, onChanged, onClose }: Props) {
  const { person } = member;
  const isProtected = person.is_admin && person.person_id !== me.person_id;
  useFocusBack();
  return (
    <Dialog title={person.email} size="medium" onClose={onClose}>
      {isProtected && (
        <p className="note">
          The admin of this account, its first manager: only they can change what they may do.
        </p>
      )}
      <Role person={person} isProtected={isProtected} onChanged={onChanged} />
      <Places member={member} allGroups={allGroups} onChanged={onChanged} />
      {!isProtected && (
        <>
          {!person.is_disabled && <NewLink person={person} />}
          <Leaving member={member} onChanged={onChanged} onGone={onClose} />
        </>
      )}
      <div className="dialog-buttons">
        <button type="button" className="button primary" onClick={onClose}>
          Done
        </button>
      </div>
    </Dialog>
  );
}

interface SectionProps {
  readonly title: string;
  readonly children: ReactNode;
}

function Section({ title, children }: SectionProps) {
  return (
    <section className="stack tight" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

interface RoleProps {
  readonly person: PersonView;
  readonly isProtected: boolean;
  readonly onChanged: () => void;
}

function Role({ person, isProtected, onChanged }: RoleProps) {
  const { blame, send } = useSending([]);
  const [role, choose] = useWanted(person.role, (wanted) =>
    send(async () => {
      await giveRole(person.person_id, wanted);
      onChanged();
    }),
  );
  return (
    <div className="stack tight">
      <RoleChoice
        role={role}
        disabled={isProtected || person.is_disabled}
        onChange={choose}
      />
      <Problem sentence={blame?.sentence ?? null} />
    </div>
  );
}

interface PlacesProps {
  readonly member: Member;
  readonly allGroups: readonly GroupView[];
  readonly onChanged: () => void;
}

/** Which projects give somebody their tasks, and the groups within. */
function Places({ member, allGroups, onChanged }: PlacesProps) {
  const { blame, send } = useSending([]);
  const [loaded] = useLoaded("projects", (signal) => listProjects({ signal }));
  const { person, projects } = member;
  const change = (request: () => Promise<unknown>) =>
    send(async () => {
      await request();
      onChanged();
    });
  const join = (group: GroupView, isIn: boolean) => {
    const others = group.emails.filter((one) => one !== person.email);
    return rewriteGroup(group.group_id, group.name, isIn ? [...others, person.email] : others);
  };
  if (person.is_disabled) return null;
  const names = loaded.kind === "there" ? loaded.value.projects.map((one) => one.name) : [];
  return (
    <Section title="Projects and groups">
      <p className="faint">
        A project with people gives its tasks to them alone, and one without to everybody.
      </p>
      <NotThere loaded={loaded} />
      {loaded.kind === "there" && names.length === 0 && (
        <p className="muted">There are no projects yet.</p>
      )}
      <ul className="place-list">
        {names.map((name) => (
          <li key={name}>
            <Tick
              word={name}
              checked={projects.includes(name)}
              onChange={(isIn) =>
                change(() => changeAssignments([person.email], [name], !isIn))
              }
            />
            {projects.includes(name) &&
              allGroups
                .filter((one) => one.project === name && !one.is_singleton)
                .map((group) => (
                  <Tick
                    key={group.group_id}
                    word={`Group ${group.name}`}
                    checked={group.emails.includes(person.email)}
                    onChange={(isIn) => change(() => join(group, isIn))}
                  />
                ))}
          </li>
        ))}
      </ul>
      <Problem sentence={blame?.sentence ?? null} />
    </Section>
  );
}

interface TickProps {
  readonly word: string;
  readonly checked: boolean;
  /** Resolves to whether it was taken. */
  readonly onChange: (checked: boolean) => Promise<boolean>;
}

/** Saved at once; it goes back when the server refuses. */
export function Tick({ word, checked, onChange }: TickProps) {
  const [shown, choose] = useWanted(checked, onChange);
  return (
    <label className="check-row">
      <input
        type="checkbox"
        checked={shown}
        onChange={(event) => choose(event.target.checked)}
      />
      <span className="cut" title={word}>
        {word}
      </span>
    </label>
  );
}

function NewLink({ person }: { readonly person: PersonView }) {
  const { asking, problem, ask } = useAsking("No link was made.");
  const [link, setLink] = useState<string | null>(null);
  const make = () => ask(async () => setLink((await newSignInLink(person.person_id)).url));
  return (
    <Section title="Signing in">
      {link === null ? (
        <div>
          <button type="button" className="button" disabled={asking} onClick={() => void make()}>
            New sign-in link
          </button>
        </div>
      ) : (
        <SignInLinkText email={person.email} link={link} />
      )}
      <Problem sentence={problem} />
    </Section>
  );
}

interface LeavingProps {
  readonly member: Member;
  readonly onChanged: () => void;
  readonly onGone: () => void;
}

function Leaving({ member, onChanged, onGone }: LeavingProps) {
  const { asking, problem, ask } = useAsking("The change was not saved.");
  const [confirming, setConfirming] = useState<"disable" | "remove" | null>(null);
  const { person } = member;
  const enable = () =>
    ask(async () => {
      await setDisabled(person.person_id, false);
      onChanged();
    });
  return (
    <Section title={person.is_disabled ? "Disabled" : "Leaving"}>
      <div className="judge-buttons">
        {person.is_disabled ? (
          <button type="button" className="button" disabled={asking} onClick={() => void enable()}>
            Enable
          </button>
        ) : (
          <button type="button" className="button" onClick={() => setConfirming("disable")}>
            Disable…
          </button>
        )}
        <button type="button" className="button" onClick={() => setConfirming("remove")}>
          Remove…
        </button>
      </div>
      {person.is_disabled && (
        <p className="faint">Enabled, they come in by a new link and are where they were.</p>
      )}
      <Problem sentence={problem} />
      {confirming !== null && (
        <ConfirmLeaving
          member={member}
          removes={confirming === "remove"}
          onClose={() => setConfirming(null)}
          onDone={() => {
            onChanged();
            if (confirming === "remove") onGone();
          }}
        />
      )}
    </Section>
  );
}

interface ConfirmLeavingProps {
  readonly member: Member;
  readonly removes: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function ConfirmLeaving({ member, removes, onClose, onDone }: ConfirmLeavingProps) {
  const { person, work } = member;
  const inHand = work?.in_hand ?? null;
  const go = async () => {
    if (removes) await removePerson(person.person_id);
    else await setDisabled(person.person_id, true);
    onDone();
  };
  return (
    <Confirm
      title={`${removes ? "Remove" : "Disable"} ${person.email}?`}
      verb={removes ? "Remove" : "Disable"}
      isDangerous
      onConfirm={go}
      onClose={onClose}
    >
      <ul className="consequences">
        <li>They are signed out everywhere, and their sign-in links end.</li>
        <li>
          {inHand === null || inHand === 0
            ? "Tasks that they have in hand go back to the queue; what they had saved stays in them."
            : `The ${inHand} ${inHand === 1 ? "task that they have" : "tasks that they have"} in hand ${inHand === 1 ? "goes" : "go"} back to the queue; what they had saved stays in ${inHand === 1 ? "it" : "them"}.`}
        </li>
        <li>
          {removes
            ? "They leave all projects and groups, and this list. Their name stays with the work that they did. Inviting them again is possible."
            : "They keep their projects and groups, and can be enabled again."}
        </li>
      </ul>
    </Confirm>
  );
}
