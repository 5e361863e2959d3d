import { useState } from "react";
import { archiveProject, projectWork, showProject } from "../api/projects";
import type { ProjectView, ProjectWork } from "../api/types";
import { tasksAddress } from "../app/addresses";
import { fullDate } from "../app/dates";
import { Link } from "../app/Link";
import { useLocation } from "../app/router";
import { useLoaded } from "../app/useLoaded";
import { BatchTable, NewBatch } from "./Batches";
import { Confirm } from "./Fields";
import { NotFound } from "./NotFound";
import { NotThere } from "./Problem";
import { ProjectPeople } from "./ProjectPeople";
import { Pager } from "./Pager";
import { TaskBar, TaskLegend, total } from "./TaskBar";
import { OntologyCard, ParamsCard } from "./Versions";
import { WorkChecksCard } from "./WorkChecksCard";

const POLL_MS = 10_000;
const PER_PAGE = 50;

/** A project, for managers: its batches, what its tasks share, and who works on them. */
export function Project({ name }: { readonly name: string }) {
  const { query } = useLocation();
  const key = `${query.get("mode") ?? ""}|${name}`;
  const [offset, setOffset] = useState(0);
  const [loaded, reload] = useLoaded(key, (signal) => showProject(name, { signal }));
  const [work, reloadWork] = useLoaded(
    `${key}|${offset}`,
    (signal) => projectWork(name, offset, { signal }),
    () => POLL_MS,
  );
  if (loaded.kind === "loading") return <p className="page muted">Loading…</p>;
  if (loaded.kind === "failed") {
    return loaded.status === 404 ? (
      <NotFound what="This project" />
    ) : (
      <div className="page">
        <NotThere loaded={loaded} />
      </div>
    );
  }
  const project = loaded.value;
  return (
    <div className="page">
      <Title project={project} onChanged={reload} />
      <div className="columns">
        <div className="stack">
          <NotThere loaded={work} />
          {work.kind === "there" && (
            <>
              <Tasks project={name} work={work.value} />
              <Batches
                project={project}
                work={work.value}
                offset={offset}
                onOffset={setOffset}
                onChanged={reloadWork}
              />
            </>
          )}
          <ParamsCard project={project} onChanged={reload} />
          <OntologyCard project={project} onChanged={reload} />
        </div>
        <div className="stack">
          <Facts project={project} />
          <ProjectPeople project={name} />
          <WorkChecksCard project={name} />
        </div>
      </div>
    </div>
  );
}

interface TitleProps {
  readonly project: ProjectView;
  readonly onChanged: () => void;
}

function Title({ project, onChanged }: TitleProps) {
  const [archiving, setArchiving] = useState(false);
  const archive = async (archived: boolean) => {
    await archiveProject(project.name, archived);
    onChanged();
  };
  return (
    <div>
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/projects">Projects</Link>
      </nav>
      <div className="page-head">
        <h1 className="cut" title={project.name}>
          {project.name}
        </h1>
        {project.archived && <span className="pill">Archived</span>}
        <Link to={tasksAddress({ project: project.name })} className="button">
          Show tasks
        </Link>
        <button type="button" className="button" onClick={() => setArchiving(true)}>
          {project.archived ? "Unarchive…" : "Archive…"}
        </button>
      </div>
      {archiving && (
        <Confirm
          title={`${project.archived ? "Unarchive" : "Archive"} ${project.name}?`}
          verb={project.archived ? "Unarchive" : "Archive"}
          onConfirm={() => archive(!project.archived)}
          onClose={() => setArchiving(false)}
        >
          <p>
            {project.archived
              ? "It stands in the lists again."
              : "It leaves the lists, and nothing else changes: its tasks go on, and the API takes new ones. It can be unarchived at any time."}
          </p>
        </Confirm>
      )}
    </div>
  );
}

function Facts({ project }: { readonly project: ProjectView }) {
  return (
    <section className="card card-body">
      <dl className="facts">
        <div>
          <dt>Type of its tasks</dt>
          <dd>{project.type}</dd>
        </div>
        <div>
          <dt>Created</dt>
          <dd>{fullDate(project.created_at)}</dd>
        </div>
        <div>
          <dt>Batches</dt>
          <dd>
            {project.waits
              ? "Take tasks until they are finalized"
              : "Take tasks at any time"}
          </dd>
        </div>
      </dl>
    </section>
  );
}

interface TasksProps {
  readonly project: string;
  readonly work: ProjectWork;
}

function Tasks({ project, work }: TasksProps) {
  const all = total(work.tasks);
  return (
    <section className="card">
      <header>
        <h2>
          {all === 0 ? "No tasks yet" : `${work.tasks.completed} of ${all} tasks completed`}
        </h2>
      </header>
      <div className="card-body stack tight">
        {all === 0 ? (
          <p className="muted">
            Tasks come over the API, with <code>project</code> set to this name, or from a folder
            that is dropped on the list of tasks.
          </p>
        ) : (
          <>
            <TaskBar tasks={work.tasks} />
            <TaskLegend tasks={work.tasks} of={{ project }} />
          </>
        )}
      </div>
    </section>
  );
}

interface BatchesProps {
  readonly project: ProjectView;
  readonly work: ProjectWork;
  readonly offset: number;
  readonly onOffset: (offset: number) => void;
  readonly onChanged: () => void;
}

function Batches({ project, work, offset, onOffset, onChanged }: BatchesProps) {
  const [making, setMaking] = useState(false);
  const next = offset + work.batches.length;
  return (
    <section className="card">
      <header>
        <h2>Batches</h2>
        <button type="button" className="button small" onClick={() => setMaking(true)}>
          New batch
        </button>
      </header>
      {work.batches.length === 0 ? (
        <p className="card-body muted">
          No batches yet. A batch groups tasks that are worked on, finished and told of together.
        </p>
      ) : (
        <BatchTable batches={work.batches} />
      )}
      {work.total > PER_PAGE && (
        <Pager
          isFirst={offset === 0}
          next={next < work.total ? String(next) : null}
          onPrevious={() => onOffset(Math.max(0, offset - PER_PAGE))}
          onNext={(at) => onOffset(Number(at))}
        >
          <span className="muted numbers grow">{work.total} batches</span>
        </Pager>
      )}
      {making && (
        <NewBatch project={project} onClose={() => setMaking(false)} onMade={onChanged} />
      )}
    </section>
  );
}
