import { useId, useState } from "react";
import { deleteGroup, makeGroup, rewriteGroup } from "../api/people";
import type { AssignmentList, GroupView } from "../api/types";
import { projectAddress } from "../app/addresses";
import { Link } from "../app/Link";
import { Confirm, FormDialog, saidOf, TextField, useSending } from "./Fields";

type Places = AssignmentList["people"];

interface Props {
  readonly groups: readonly GroupView[];
  readonly places: Places;
  /** Of one project; null: of all. */
  readonly project: string | null;
  readonly onChanged: () => void;
}

/** Groups of people within projects: batches are kept for them. */
export function Groups({ groups, places, project, onChanged }: Props) {
  const [open, setOpen] = useState<GroupView | "new" | null>(null);
  const [leaving, setLeaving] = useState<GroupView | null>(null);
  const shown = groups.filter((one) => !one.is_singleton);
  const projects = project === null ? projectsIn(places) : [project];
  const isReady = places.some((one) => projects.some((name) => one.projects.includes(name)));
  return (
    <section className="card">
      <header>
        <h2>Groups</h2>
        <button
          type="button"
          className="button small"
          disabled={!isReady}
          title={isReady ? undefined : "Assign people to a project first"}
          onClick={() => setOpen("new")}
        >
          New group
        </button>
      </header>
      {shown.length === 0 ? (
        <p className="card-body muted">
          {isReady
            ? "No groups yet. A batch that is kept for a group is given to its members alone."
            : "Groups are of people who are assigned to a project. Nobody is, so everybody may work on everything."}
        </p>
      ) : (
        <table className="table group-table">
          <thead>
            <tr>
              <th scope="col">Group</th>
              {project === null && <th scope="col">Project</th>}
              <th scope="col">People</th>
              <th scope="col">Kept batches</th>
              <th scope="col">
                <span className="unseen">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((group) => (
              <GroupRow
                key={group.group_id}
                group={group}
                withProject={project === null}
                onEdit={() => setOpen(group)}
                onDelete={() => setLeaving(group)}
              />
            ))}
          </tbody>
        </table>
      )}
      {open !== null && (
        <GroupForm
          group={open === "new" ? null : open}
          projects={open === "new" ? projects : [open.project]}
          places={places}
          onClose={() => setOpen(null)}
          onChanged={onChanged}
        />
      )}
      {leaving !== null && (
        <DeleteGroup group={leaving} onClose={() => setLeaving(null)} onChanged={onChanged} />
      )}
    </section>
  );
}

function projectsIn(places: Places): readonly string[] {
  return [...new Set(places.flatMap((one) => one.projects))].sort((a, b) => a.localeCompare(b));
}

interface RowProps {
  readonly group: GroupView;
  readonly withProject: boolean;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

function GroupRow({ group, withProject, onEdit, onDelete }: RowProps) {
  return (
    <tr>
      <td className="cut" title={group.name}>
        {group.name}
      </td>
      {withProject && (
        <td className="cut" title={group.project}>
          <Link to={projectAddress(group.project)}>{group.project}</Link>
        </td>
      )}
      <td className="cut" title={group.emails.join("\n")}>
        {group.emails.length === 0 ? (
          <span className="faint">Nobody</span>
        ) : (
          group.emails.join(", ")
        )}
      </td>
      <td className="cut" title={group.batches.join("\n")}>
        {group.batches.length === 0 ? <span className="faint">–</span> : group.batches.join(", ")}
      </td>
      <td className="actions">
        <button
          type="button"
          className="button small"
          aria-label={`Edit group ${group.name}`}
          onClick={onEdit}
        >
          Edit
        </button>{" "}
        <button
          type="button"
          className="button small quiet"
          aria-label={`Delete group ${group.name}`}
          onClick={onDelete}
        >
          Delete
        </button>
      </td>
    </tr>
  );
}

interface FormProps {
  /** Null: a new one. */
  readonly group: GroupView | null;
  readonly projects: readonly string[];
  readonly places: Places;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

function GroupForm({ group, projects, places, onClose, onChanged }: FormProps) {
  const id = useId();
  const [project, setProject] = useState(projects[0] ?? "");
  const [name, setName] = useState(group?.name ?? "");
  const [chosen, setChosen] = useState<readonly string[]>(group?.emails ?? []);
  const sending = useSending(["name", "emails"]);
  const assigned = places.filter((one) => one.projects.includes(project)).map((one) => one.email);
  const members = chosen.filter((email) => assigned.includes(email));
  const send = async () => {
    const request = () =>
      group === null
        ? makeGroup(project, name, members)
        : rewriteGroup(group.group_id, name, members);
    if (!(await sending.send(request))) return;
    onChanged();
    onClose();
  };
  const tick = (email: string, isIn: boolean) =>
    setChosen(isIn ? [...chosen, email] : chosen.filter((one) => one !== email));
  return (
    <FormDialog
      title={group === null ? "New group" : `Group ${group.name}`}
      sending={sending}
      verb={group === null ? "Create group" : "Save group"}
      onSend={() => void send()}
      onClose={onClose}
    >
      {projects.length > 1 && (
        <div className="field">
          <label htmlFor={`${id}-project`}>Project</label>
          <select
            id={`${id}-project`}
            className="select"
            value={project}
            onChange={(event) => setProject(event.target.value)}
          >
            {projects.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </div>
      )}
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        problem={saidOf(sending.blame, "name")}
      />
      <fieldset className="role-choice">
        <legend>People of {project}</legend>
        {assigned.length === 0 && <p className="muted">Nobody is assigned to this project.</p>}
        {assigned.map((email) => (
          <label key={email} className="check-row">
            <input
              type="checkbox"
              checked={members.includes(email)}
              onChange={(event) => tick(email, event.target.checked)}
            />
            <span className="cut">{email}</span>
          </label>
        ))}
        {saidOf(sending.blame, "emails") !== null && (
          <p role="alert" className="field-problem">
            {saidOf(sending.blame, "emails")}
          </p>
        )}
      </fieldset>
    </FormDialog>
  );
}

interface DeleteProps {
  readonly group: GroupView;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

function DeleteGroup({ group, onClose, onChanged }: DeleteProps) {
  return (
    <Confirm
      title={`Delete the group ${group.name}?`}
      verb="Delete group"
      isDangerous
      onConfirm={async () => {
        await deleteGroup(group.group_id);
        onChanged();
      }}
      onClose={onClose}
    >
      <p>Its people stay in the project {group.project}.</p>
      {group.batches.length > 0 && (
        <p className="note warn">
          {group.batches.length === 1 ? "A batch is" : `${group.batches.length} batches are`} kept
          for it: {group.batches.join(", ")}. What is kept for no other group is given to everybody
          of the project from then on.
        </p>
      )}
    </Confirm>
  );
}
