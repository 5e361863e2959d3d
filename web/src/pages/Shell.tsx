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

/** Tasks made with test keys live apart; only managers look at them. */
function WorldSwitch() {
  const { query } = useLocation();
  const isTest = query.get("mode") === "test";
  return (
    <div className="tabs" role="group" aria-label="World">
      <button
        type="button"
        className="button small"
        aria-pressed={!isTest}
        onClick={() => navigate("/?mode=live")}
      >
        Live
      </button>
      <button
        type="button"
        className="button small"
        aria-pressed={isTest}
        onClick={() => navigate("/?mode=test")}
      >
        Test
      </button>
    </div>
  );
}
