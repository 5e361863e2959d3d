import { useState } from "react";
import { giveOntology, giveParams } from "../api/projects";
import type { ProjectView } from "../api/types";
import { parseTyped } from "../app/blame";
import { ago, fullDate } from "../app/dates";
import { type Difference, differences } from "../app/differences";
import { CopyText } from "./CopyText";
import { FormDialog, saidOf, TextField, useSending } from "./Fields";

interface Version {
  readonly version: number;
  readonly created_at: string;
  readonly made_by: string | null;
  readonly name?: string | null;
  readonly content: unknown;
}

interface Props {
  readonly project: ProjectView;
  readonly onChanged: () => void;
}

/** What the tasks of a project share, now and before. */
export function ParamsCard({ project, onChanged }: Props) {
  const [editing, setEditing] = useState(false);
  const versions = project.versions.map((one) => ({ ...one, content: one.params }));
  const latest = versions[0];
  return (
    <section className="card">
      <header>
        <h2>Parameters</h2>
        {latest !== undefined && <span className="muted">version {latest.version}</span>}
        <button type="button" className="button small" onClick={() => setEditing(true)}>
          New version
        </button>
      </header>
      <div className="card-body stack tight">
        <p className="muted">
          Tasks take from the latest version what their own request leaves out. Tasks that exist
          keep theirs.
        </p>
        {latest !== undefined && (
          <CopyText label="Parameters" text={JSON.stringify(latest.content, null, 2)} />
        )}
      </div>
      <VersionList versions={versions} of="parameters" />
      {editing && latest !== undefined && (
        <NewParams
          project={project}
          latest={latest}
          onClose={() => setEditing(false)}
          onChanged={onChanged}
        />
      )}
    </section>
  );
}

/** The choices that labels are made of, now and before. */
export function OntologyCard({ project, onChanged }: Props) {
  const [editing, setEditing] = useState(false);
  const versions = project.ontologies.map((one) => ({ ...one, content: one.ontology }));
  const latest = versions[0];
  return (
    <section className="card">
      <header>
        <h2>Ontology</h2>
        {latest !== undefined && (
          <span className="muted">
            version {latest.version}
            {latest.name !== null && ` · ${latest.name}`}
          </span>
        )}
        <button type="button" className="button small" onClick={() => setEditing(true)}>
          {latest === undefined ? "New ontology" : "New version"}
        </button>
      </header>
      <div className="card-body stack tight">
        {latest === undefined ? (
          <p className="muted">
            None. An ontology is a tree of choices that is kept with the project, for those who read
            it over the API; labels are in the parameters.
          </p>
        ) : (
          <CopyText label="Ontology" text={JSON.stringify(latest.content, null, 2)} />
        )}
      </div>
      <VersionList versions={versions} of="ontology" />
      {editing && (
        <NewOntology
          project={project}
          latest={latest}
          onClose={() => setEditing(false)}
          onChanged={onChanged}
        />
      )}
    </section>
  );
}

interface ListProps {
  /** Newest first. */
  readonly versions: readonly Version[];
  readonly of: string;
}

/** Each version with what it changed. */
function VersionList({ versions, of }: ListProps) {
  if (versions.length < 2) {
    const only = versions[0];
    return only === undefined ? null : (
      <p className="version-only muted">
        Version {only.version} of {fullDate(only.created_at)}
        {only.made_by !== null && ` by ${only.made_by}`}
      </p>
    );
  }
  return (
    <ol className="versions" aria-label={`Versions of the ${of}`}>
      {versions.map((one, index) => (
        <li key={one.version}>
          <details>
            <summary>
              <span className="numbers">Version {one.version}</span>
              <span className="muted cut grow">{one.made_by ?? "not known by whom"}</span>
              <span className="muted" title={fullDate(one.created_at)}>
                {ago(one.created_at)}
              </span>
            </summary>
            <WhatChanged version={one} before={versions[index + 1]} />
          </details>
        </li>
      ))}
    </ol>
  );
}

interface ChangedProps {
  readonly version: Version;
  readonly before: Version | undefined;
}

function WhatChanged({ version, before }: ChangedProps) {
  if (before === undefined) {
    return (
      <div className="version-inside">
        <CopyText
          label={`Version ${version.version}`}
          text={JSON.stringify(version.content, null, 2)}
        />
      </div>
    );
  }
  const found = differences(before.content, version.content);
  return (
    <div className="version-inside stack tight">
      <p className="muted">
        {found.length === 0
          ? `The same as version ${before.version}.`
          : `Changed since version ${before.version}:`}
      </p>
      {found.length > 0 && <DifferenceTable found={found} />}
      <details>
        <summary className="muted">All of it</summary>
        <CopyText
          label={`Version ${version.version}`}
          text={JSON.stringify(version.content, null, 2)}
        />
      </details>
    </div>
  );
}

const WORDS: Readonly<Record<Difference["kind"], readonly [string, string]>> = {
  added: ["Added", "ok"],
  removed: ["Removed", "bad"],
  changed: ["Changed", "warn"],
};

export function DifferenceTable({ found }: { readonly found: readonly Difference[] }) {
  return (
    <table className="table wrap difference-table">
      <colgroup>
        <col className="kind" />
        <col className="where" />
        <col />
      </colgroup>
      <thead className="unseen">
        <tr>
          <th scope="col">Kind</th>
          <th scope="col">Where</th>
          <th scope="col">What</th>
        </tr>
      </thead>
      <tbody>
        {found.map(({ kind, path, before, after }, index) => (
          <tr key={index}>
            <td>
              <span className={`pill ${WORDS[kind][1]}`}>{WORDS[kind][0]}</span>
            </td>
            <td>{path}</td>
            <td>
              {before !== null && <del>{before}</del>}
              {after !== null && <ins>{after}</ins>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface NewParamsProps extends Props {
  readonly latest: Version;
  readonly onClose: () => void;
}

function NewParams({ project, latest, onClose, onChanged }: NewParamsProps) {
  const [text, setText] = useState(JSON.stringify(latest.content, null, 2));
  // What the editing began with: a newer version must be seen before it is replaced.
  const [base] = useState(latest);
  // Every path of the answer is one of the parameters.
  const sending = useSending([]);
  const parsed = parseTyped(text, "object");
  const [wrong, setWrong] = useState<string | null>(null);
  const changed = parsed.kind === "value" ? differences(base.content, parsed.value) : [];
  const send = async () => {
    setWrong(parsed.kind === "wrong" ? parsed.sentence : null);
    if (parsed.kind === "wrong") return;
    if (!(await sending.send(() => giveParams(project.name, parsed.value, base.version)))) return;
    onChanged();
    onClose();
  };
  return (
    <FormDialog
      title={`New version of the parameters of ${project.name}`}
      size="wide"
      sending={sending}
      verb={`Save version ${base.version + 1}`}
      onSend={() => void send()}
      onClose={onClose}
    >
      <TextField
        label="Parameters (JSON)"
        rows={14}
        value={text}
        onChange={setText}
        problem={wrong}
        hint="All of them, in place of the version before. Tasks that are made from now on take these."
      />
      {changed.length > 0 && (
        <section className="stack tight" aria-label="What changes">
          <h3>What changes</h3>
          <DifferenceTable found={changed} />
        </section>
      )}
    </FormDialog>
  );
}

interface NewOntologyProps extends Props {
  readonly latest: Version | undefined;
  readonly onClose: () => void;
}

const EXAMPLE = '[\n  "Car",\n  { "choice": "Sign", "subchoices": ["Stop", "Yield"] }\n]';

function NewOntology({ project, latest, onClose, onChanged }: NewOntologyProps) {
  const [text, setText] = useState(
    latest === undefined ? "" : JSON.stringify(latest.content, null, 2),
  );
  const [name, setName] = useState(latest?.name ?? "");
  const [wrong, setWrong] = useState<string | null>(null);
  const sending = useSending(["ontology", "name"]);
  const send = async () => {
    const parsed = parseTyped(text, "array");
    setWrong(parsed.kind === "wrong" ? parsed.sentence : null);
    if (parsed.kind === "wrong") return;
    const called = name.trim() === "" ? null : name.trim();
    if (!(await sending.send(() => giveOntology(project.name, parsed.value, called)))) return;
    onChanged();
    onClose();
  };
  return (
    <FormDialog
      title={`New ontology of ${project.name}`}
      size="wide"
      sending={sending}
      verb="Save ontology"
      onSend={() => void send()}
      onClose={onClose}
    >
      <TextField
        label="Name (optional)"
        value={name}
        onChange={setName}
        problem={saidOf(sending.blame, "name")}
      />
      <TextField
        label="Choices (JSON)"
        rows={12}
        value={text}
        onChange={setText}
        placeholder={EXAMPLE}
        problem={wrong ?? saidOf(sending.blame, "ontology")}
        hint="An array of texts, or of objects with choice, display, description and subchoices."
      />
    </FormDialog>
  );
}
