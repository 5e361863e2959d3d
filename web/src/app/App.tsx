import { lazy, type ReactNode, Suspense, useEffect } from "react";
import type { Me } from "../api/types";
import { Batch } from "../pages/Batch";
import { Buckets } from "../pages/Buckets";
import { Callbacks } from "../pages/Callbacks";
import { FailedJobs } from "../pages/FailedJobs";
import { NotFound } from "../pages/NotFound";
import { People } from "../pages/People";
import { Project } from "../pages/Project";
import { Projects } from "../pages/Projects";
import { Queue } from "../pages/Queue";
import { Reference } from "../pages/Reference";
import { Review } from "../pages/Review";
import { Shell } from "../pages/Shell";
import { SignIn } from "../pages/SignIn";
import { Task } from "../pages/Task";
import { TaskList } from "../pages/TaskList";
import { nameIn } from "./addresses";
import { useLocation } from "./router";
import { refreshSession, useSession } from "./session";

// three.js is half the code of the app, and the lists do not need it.
const Editor = lazy(() => import("../pages/Editor").then(({ Editor: page }) => ({ default: page })));

const TASK = /^\/tasks\/([0-9a-f]{24})$/;
const WORK = /^\/tasks\/([0-9a-f]{24})\/work$/;

export function App() {
  const { path } = useLocation();
  const { session, lastMe } = useSession();
  useEffect(() => void refreshSession(), []);

  if (path === "/sign-in") return <SignIn />;
  const taskId = WORK.exec(path)?.[1];
  // An open editor outlives its session: it may hold unsent work, and has its own way back in.
  const me = session.kind === "in" ? session.me : taskId === undefined ? null : lastMe;
  if (me !== null) {
    return taskId === undefined ? (
      <Shell me={me}>
        <Page path={path} me={me} />
      </Shell>
    ) : (
      <Suspense fallback={<p className="centre muted">Loading the editor…</p>}>
        <Editor key={taskId} taskId={taskId} me={me} />
      </Suspense>
    );
  }
  switch (session.kind) {
    case "in":
    case "asking":
      return <p className="centre muted">Loading…</p>;
    case "unreachable":
      return <Unreachable />;
    case "out":
      return <SignIn />;
  }
}

function Page({ path, me }: { readonly path: string; readonly me: Me }) {
  if (path === "/" || path === "/tasks") return <TaskList me={me} />;
  if (path === "/queue") return <Queue />;
  if (path === "/review" && me.role !== "labeler") return <Review me={me} />;
  if (path === "/reference") return <Reference />;
  if (me.role === "manager") {
    const managers = managersPage(path, me);
    if (managers !== null) return managers;
  }
  const taskId = TASK.exec(path)?.[1];
  return taskId === undefined ? <NotFound /> : <Task key={taskId} taskId={taskId} me={me} />;
}

function managersPage(path: string, me: Me): ReactNode {
  if (path === "/callbacks") return <Callbacks />;
  if (path === "/jobs") return <FailedJobs />;
  if (path === "/buckets") return <Buckets />;
  if (path === "/people") return <People me={me} />;
  if (path === "/projects") return <Projects />;
  const project = nameIn(path, "projects");
  if (project !== null) return <Project key={project} name={project} />;
  const batch = nameIn(path, "batches");
  return batch === null ? null : <Batch key={batch} name={batch} />;
}

function Unreachable() {
  return (
    <div className="centre">
      <div className="card empty">
        <h1>The server cannot be reached</h1>
        <p>Work that was not sent yet is safe on this machine and is sent when the server is back.</p>
        <button type="button" className="button primary" onClick={() => void refreshSession()}>
          Try again
        </button>
      </div>
    </div>
  );
}
