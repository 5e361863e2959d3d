import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { allowOwnWorkersOnly } from "./app/trustedTypes";
import "./styles/base.css";
import "./styles/pages.css";
import "./styles/editor.css";
import "./styles/points.css";

allowOwnWorkersOnly();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
