import { useId } from "react";
import { listProjects, type ProjectHead } from "../api/files";
import type { OrderOfFolder } from "../app/newtask/upload";
import { useLoaded } from "../app/useLoaded";

const LABELS = "Car, Truck, Pedestrian, Cyclist";
const MOST_LABELS = 50;
const TYPE = "lidarannotation";
const UNNAMED = "My first project";

export interface TypedOrder {
  /** An existing project; null: a new one. */
  readonly project: string | null;
  readonly newProject: string;
  readonly labels: string;
  readonly instruction: string;
}

export function startOrder(folder: string): TypedOrder {
  const newProject = folder === "" ? UNNAMED : folder;
  return { project: null, newProject, labels: LABELS, instruction: "" };
}

/** What was typed as an order; null while something is missing. */
export function orderOf({ project, newProject, labels, instruction }: TypedOrder): OrderOfFolder | null {
  const words = labels.split(/[,\n]/).map((word) => word.trim());
  const listed = [...new Set(words.filter((word) => word !== ""))];
  const name = project ?? newProject.trim();
  if (name === "" || listed.length === 0 || listed.length > MOST_LABELS) return null;
  return {
    labels: listed,
    project: name,
    makesProject: project === null,
    instruction: instruction.trim(),
  };
}

/** The projects that take such tasks. */
export function useProjects(): readonly ProjectHead[] {
  const [loaded] = useLoaded("projects", (signal) => listProjects({ signal }));
  if (loaded.kind !== "there") return [];
  return loaded.value.projects.filter(({ type }) => type === TYPE);
}

interface Props {
  readonly typed: TypedOrder;
  readonly projects: readonly ProjectHead[];
  readonly onChange: (typed: TypedOrder) => void;
}

export function OrderFields({ typed, projects, onChange }: Props) {
  const id = useId();
  const set = (change: Partial<TypedOrder>) => onChange({ ...typed, ...change });
  return (
    <div className="order-fields">
      <label htmlFor={`${id}-project`}>Project</label>
      <div className="filters">
        {projects.length > 0 && (
          <select
            id={`${id}-project`}
            className="input"
            value={typed.project ?? ""}
            onChange={({ target }) => set({ project: target.value === "" ? null : target.value })}
          >
            <option value="">New project…</option>
            {projects.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
        {typed.project === null && (
          <input
            id={projects.length > 0 ? undefined : `${id}-project`}
            aria-label="Name of the new project"
            className="input grow"
            value={typed.newProject}
            onChange={({ target }) => set({ newProject: target.value })}
          />
        )}
      </div>
      <label htmlFor={`${id}-labels`}>Labels</label>
      <input
        id={`${id}-labels`}
        className="input"
        title="Separated by commas"
        value={typed.labels}
        onChange={({ target }) => set({ labels: target.value })}
      />
      <label htmlFor={`${id}-instruction`}>Instructions</label>
      <textarea
        id={`${id}-instruction`}
        className="input"
        rows={3}
        placeholder="What to label, and how (optional, Markdown)"
        value={typed.instruction}
        onChange={({ target }) => set({ instruction: target.value })}
      />
    </div>
  );
}
