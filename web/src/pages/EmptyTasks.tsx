import type { Me } from "../api/types";
import type { PathFile } from "../app/newtask/dropped";
import { navigate, useLocation } from "../app/router";
import { ClientSnippet } from "./ClientSnippet";
import { FolderDrop } from "./FolderDrop";

interface Props {
  readonly me: Me;
  readonly status: string;
  readonly project: string;
  readonly batch?: string;
  readonly onFiles: (files: readonly PathFile[]) => void;
}

/** Instead of a list without tasks: why it is empty, and what to do about it. */
export function EmptyTasks({ me, status, project, batch = "", onFiles }: Props) {
  const world = useLocation().query.get("mode") === "test" ? "?mode=test" : "";
  if (batch !== "") {
    return (
      <div className="card empty">
        <h2>No task here</h2>
        <p>
          The batch “{batch}” has {status === "all" ? "no tasks yet" : `no ${status} tasks`}, or
          there is no batch of exactly this name{project === "" ? "" : ` in the project “${project}”`}.
        </p>
        <button type="button" className="button primary" onClick={() => navigate(`/${world}`)}>
          Show all tasks
        </button>
      </div>
    );
  }
  if (project !== "") {
    return (
      <div className="card empty">
        <h2>No task here</h2>
        <p>
          The project “{project}” has {status === "all" ? "no tasks yet" : `no ${status} tasks`}, or
          there is no project of exactly this name.
        </p>
        <button type="button" className="button primary" onClick={() => navigate(`/${world}`)}>
          Show all projects
        </button>
      </div>
    );
  }
  if (me.role === "labeler" && status === "pending") return <EmptyQueue />;
  if (status !== "all") {
    return (
      <div className="card empty">
        <h2>No {status} tasks</h2>
        <p>There are none now.</p>
        <button type="button" className="button primary" onClick={() => navigate("/?status=all")}>
          Show all tasks
        </button>
      </div>
    );
  }
  if (me.role !== "manager") {
    return (
      <div className="card empty">
        <h2>No tasks yet</h2>
        <p>As soon as a manager has made one, it stands here.</p>
        <button type="button" className="button primary" onClick={() => location.reload()}>
          Look again
        </button>
      </div>
    );
  }
  return <FirstTask onFiles={onFiles} />;
}

function EmptyQueue() {
  return (
    <div className="card empty">
      <h2>Nothing to label now</h2>
      <p>All tasks are done. New ones appear here by themselves.</p>
      <button type="button" className="button primary" onClick={() => navigate("/?status=completed")}>
        Show what was completed
      </button>
    </div>
  );
}

/** For a manager who has made none yet. */
export function FirstTask({ onFiles }: Pick<Props, "onFiles">) {
  return (
    <section className="card empty first-task" aria-label="Create your first task">
      <h2>Create your first task</h2>
      <FolderDrop onFiles={onFiles} />
      <h3>Or over the API</h3>
      <ClientSnippet />
    </section>
  );
}
