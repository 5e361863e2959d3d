import { useState } from "react";
import { makeProject, projectOverview, taskTypes } from "../api/projects";
import type { ProjectLine } from "../api/types";
import { projectAddress } from "../app/addresses";
import { parseTyped } from "../app/blame";
import { ago, fullDate } from "../app/dates";
import { Link } from "../app/Link";
import { navigate, useLocation } from "../app/router";
import { useLoaded } from "../app/useLoaded";
import { SearchField } from "../panels/SearchField";
import { CheckField, FormDialog, saidOf, TextField, useSending } from "./Fields";
import { NotThere } from "./Problem";
import { TaskCell } from "./TaskBar";

const POLL_MS = 30_000;
const PARAMS = '{\n  "instruction": "",\n  "labels": ["Car", "Pedestrian"]\n}';

/** All projects of the account, for managers: how far each is, and a new one. */
export function Projects() {
  const { query } = useLocation();
  const archived = query.get("archived") === "1";
  const [search, setSearch] = useState("");
  const [making, setMaking] = useState(false);
  const [loaded] = useLoaded(
    query.get("mode") ?? "",
    (signal) => projectOverview({ signal }),
    () => POLL_MS,
  );
  const all = loaded.kind === "there" ? loaded.value.projects : [];
  const wanted = search.trim().toLowerCase();
  const shown = all.filter(
    (one) => one.archived === archived && `${one.name} ${one.type}`.toLowerCase().includes(wanted),
  );
  const count = (of: boolean) => all.filter((one) => one.archived === of).length;
  const show = (of: boolean) => navigate(of ? "/projects?archived=1" : "/projects");
  return (
    <div className="page">
      <div className="page-head">
        <h1>Projects</h1>
        <div className="filters">
          <SearchField label="Search projects" value={search} onSearch={setSearch} />
        </div>
        <button type="button" className="button primary" onClick={() => setMaking(true)}>
          New project
        </button>
      </div>
      <div className="tabs" role="group" aria-label="Shown">
        {([false, true] as const).map((of) => (
          <button
            key={String(of)}
            type="button"
            className="button small"
            aria-pressed={archived === of}
            onClick={() => show(of)}
          >
            {of ? "Archived" : "Active"} <span className="numbers">{count(of)}</span>
          </button>
        ))}
      </div>
      <NotThere loaded={loaded} />
      {loaded.kind === "there" && loaded.stale && (
        <p className="note warn">The server cannot be reached; trying again.</p>
      )}
      {loaded.kind === "there" &&
        (shown.length > 0 ? (
          <ProjectTable projects={shown} />
        ) : (
          <Empty search={search} archived={archived} onMake={() => setMaking(true)} />
        ))}
      {making && <NewProject onClose={() => setMaking(false)} />}
    </div>
  );
}

function ProjectTable({ projects }: { readonly projects: readonly ProjectLine[] }) {
  return (
    <div className="card">
      <table className="table project-table">
        <thead>
          <tr>
            <th scope="col">Project</th>
            <th scope="col">Type</th>
            <th scope="col">Tasks</th>
            <th scope="col">Open batches</th>
            <th scope="col">Created</th>
          </tr>
        </thead>
        <tbody>
          {projects.map((one) => (
            <tr key={one.name} className="row-link">
              <td className="cut" title={one.name}>
                <Link to={projectAddress(one.name)}>{one.name}</Link>
              </td>
              <td className="cut muted">{one.type}</td>
              <td>
                <TaskCell tasks={one.tasks} />
              </td>
              <td className="numbers">
                {one.open_batches === 0 ? <span className="faint">–</span> : one.open_batches}
              </td>
              <td className="muted" title={fullDate(one.created_at)}>
                {ago(one.created_at)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface EmptyProps {
  readonly search: string;
  readonly archived: boolean;
  readonly onMake: () => void;
}

function Empty({ search, archived, onMake }: EmptyProps) {
  if (search.trim() !== "") {
    return (
      <div className="card empty">
        <h2>No project is called so</h2>
        <p>
          “{search.trim()}” is in the name or type of no {archived ? "archived" : "active"} project.
        </p>
      </div>
    );
  }
  if (archived) {
    return (
      <div className="card empty">
        <h2>Nothing is archived</h2>
        <p>A project that is archived leaves the lists; its tasks and labels stay.</p>
      </div>
    );
  }
  return (
    <div className="card empty">
      <h2>No projects yet</h2>
      <p>
        A project holds tasks of one type, the parameters that they share, and the people who work
        on them. Tasks that are sent over the API name it.
      </p>
      <button type="button" className="button primary" onClick={onMake}>
        New project
      </button>
    </div>
  );
}

function NewProject({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [type, setType] = useState("lidarannotation");
  const [params, setParams] = useState(PARAMS);
  const [wrong, setWrong] = useState<string | null>(null);
  const [studio, setStudio] = useState(false);
  const sending = useSending(["name", "type", "params"]);
  const send = async () => {
    const parsed = parseTyped(params, "object");
    setWrong(parsed.kind === "wrong" ? parsed.sentence : null);
    if (parsed.kind === "wrong") return;
    const made = { name, type, params: parsed.value, studio };
    if (await sending.send(() => makeProject(made))) navigate(projectAddress(name));
  };
  return (
    <FormDialog
      title="New project"
      size="medium"
      sending={sending}
      verb="Create project"
      onSend={() => void send()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        problem={saidOf(sending.blame, "name")}
        hint="Any text. It cannot be changed later: tasks name their project by it."
      />
      <TypeField type={type} onChange={setType} />
      <TextField
        label="Parameters (JSON)"
        rows={8}
        value={params}
        onChange={setParams}
        problem={wrong ?? saidOf(sending.blame, "params")}
        hint="What its tasks take when their own request leaves it out. Another version can be given at any time."
      />
      <CheckField
        label="Batches are finalized"
        hint="Batches stay in staging and take tasks until somebody finalizes them."
        checked={studio}
        onChange={setStudio}
      />
    </FormDialog>
  );
}

interface TypeProps {
  readonly type: string;
  readonly onChange: (type: string) => void;
}

function TypeField({ type, onChange }: TypeProps) {
  const [loaded] = useLoaded("types", (signal) => taskTypes({ signal }));
  const types = loaded.kind === "there" ? loaded.value.types : [];
  const isUsable = types.find(({ name }) => name === type)?.has_workstation ?? true;
  const options = (usable: boolean) =>
    types
      .filter((one) => one.has_workstation === usable)
      .map(({ name }) => <option key={name}>{name}</option>);
  return (
    <div className="field">
      <label htmlFor="new-project-type">Type of its tasks</label>
      <select
        id="new-project-type"
        className="select"
        value={type}
        onChange={(event) => onChange(event.target.value)}
      >
        {types.length === 0 && <option>{type}</option>}
        <optgroup label="Labeled here">{options(true)}</optgroup>
        <optgroup label="Taken over the API, without a workstation yet">{options(false)}</optgroup>
      </select>
      {!isUsable && (
        <p className="faint">Tasks of this type stay pending: nobody can label them here yet.</p>
      )}
    </div>
  );
}
