import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { remember, remembered } from "./app/remember";
import { allowOwnWorkersOnly } from "./app/trustedTypes";
import "./styles/base.css";
import "./styles/pages.css";
import "./styles/managing.css";
import "./styles/editor.css";
import "./styles/scene.css";
import "./styles/dialogs.css";
import "./styles/dock.css";
import "./styles/batch.css";
import "./styles/hands.css";
import "./styles/timeline.css";
import "./styles/tour.css";
import "./styles/points.css";

const RELOADED = "groundplane-reloaded-for-update";
const ONCE_IN_MS = 30_000;

allowOwnWorkersOnly();

// After an update the parts that a page had not loaded yet are gone: the new page has its own.
addEventListener("vite:preloadError", () => {
  const session = () => sessionStorage;
  const last_ms = remembered(RELOADED, session);
  // A server that lacks a part altogether must not make the page reload for ever.
  if (typeof last_ms === "number" && Date.now() - last_ms < ONCE_IN_MS) return;
  remember(RELOADED, Date.now(), session);
  location.reload();
});

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
