import type { ReactNode } from "react";
import type { Me } from "../api/types";
import { Link } from "../app/Link";
import { navigate, useLocation } from "../app/router";
import { signOut } from "../app/session";

export function Brand() {
  return (
    <>
      <img src="/favicon.svg" alt="" />
      Groundplane
    </>
  );
}

/** The frame of every page but the editor. */
export function Shell({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  return (
    <div className="shell">
      <header className="shell-bar">
        <Link to="/" className="brand">
          <Brand />
        </Link>
        <Pages me={me} />
        <span className="grow" />
        {me.role === "manager" && <WorldSwitch />}
        <span className="muted cut">
          {me.email} · {me.role}
        </span>
        <button type="button" className="button quiet small" onClick={() => void signOut()}>
          Sign out
        </button>
      </header>
      <main>{children}</main>
    </div>
  );
}

function Pages({ me }: { readonly me: Me }) {
  const { path } = useLocation();
  return (
    <nav className="shell-nav" aria-label="Pages">
      <Link to="/" isCurrent={path === "/"}>
        Tasks
      </Link>
      <Link to="/queue" isCurrent={path === "/queue"}>
        My queue
      </Link>
      {me.role !== "labeler" && (
        <Link to="/review" isCurrent={path === "/review"}>
          Review
        </Link>
      )}
      {me.role === "manager" && (
        <>
          <Link
            to="/projects"
            isCurrent={path === "/projects" || isUnder(path, "projects") || isUnder(path, "batches")}
          >
            Projects
          </Link>
          <Link to="/people" isCurrent={path === "/people"}>
            People
          </Link>
          <Link to="/buckets" isCurrent={path === "/buckets"}>
            Buckets
          </Link>
          <Link to="/callbacks" isCurrent={path === "/callbacks"}>
            Callbacks
          </Link>
          <Link to="/jobs" isCurrent={path === "/jobs"}>
            Failed jobs
          </Link>
        </>
      )}
      {me.role === "manager" && (
        <Link to="/reference" isCurrent={path === "/reference"}>
          API
        </Link>
      )}
    </nav>
  );
}

const LISTS = ["/queue", "/review", "/projects", "/people", "/buckets", "/callbacks", "/jobs"];

function isUnder(path: string, kind: string): boolean {
  return path.startsWith(`/${kind}/`);
}

/** A task, a project and a batch are of one world only; the lists are of both. */
function listOf(path: string): string {
  if (isUnder(path, "projects") || isUnder(path, "batches")) return "/projects";
  return LISTS.includes(path) ? path : "/";
}

/** Tasks made with test keys live apart; only managers look at them. */
function WorldSwitch() {
  const { path, query } = useLocation();
  const isTest = query.get("mode") === "test";
  const list = listOf(path);
  return (
    <div className="tabs" role="group" aria-label="World">
      <button
        type="button"
        className="button small"
        aria-pressed={!isTest}
        onClick={() => navigate(`${list}?mode=live`)}
      >
        Live
      </button>
      <button
        type="button"
        className="button small"
        aria-pressed={isTest}
        onClick={() => navigate(`${list}?mode=test`)}
      >
        Test
      </button>
    </div>
  );
}
