import { useState } from "react";
import { assignments, changeAssignments, listGroups } from "../api/people";
import type { AssignmentList, GroupView } from "../api/types";
import { Link } from "../app/Link";
import { useLocation } from "../app/router";
import { useLoaded } from "../app/useLoaded";
import { Dialog } from "../panels/Dialog";
import { useFocusBack, useSending } from "./Fields";
import { Tick } from "./ManagePerson";
import { NotThere, Problem } from "./Problem";

type Places = AssignmentList["people"];

/** Who is given the tasks of a project. */
export function ProjectPeople({ project }: { readonly project: string }) {
  const { query } = useLocation();
  const [choosing, setChoosing] = useState(false);
  const [loaded, reload] = useLoaded(`${query.get("mode") ?? ""}|${project}`, async (signal) => {
    const [placed, groups] = await Promise.all([
      assignments({ signal }),
      listGroups(project, { signal }),
    ]);
    return { places: placed.people, groups };
  });
  return (
    <section className="card">
      <header>
        <h2>People</h2>
        <button
          type="button"
          className="button small"
          disabled={loaded.kind !== "there"}
          onClick={() => setChoosing(true)}
        >
          Assign
        </button>
      </header>
      <div className="card-body stack tight">
        <NotThere loaded={loaded} />
        {loaded.kind === "there" && (
          <Assigned
            project={project}
            places={loaded.value.places}
            groups={loaded.value.groups}
          />
        )}
      </div>
      {choosing && loaded.kind === "there" && (
        <AssignPeople
          project={project}
          places={loaded.value.places}
          onChanged={reload}
          onClose={() => setChoosing(false)}
        />
      )}
    </section>
  );
}

interface AssignedProps {
  readonly project: string;
  readonly places: Places;
  readonly groups: readonly GroupView[];
}

function Assigned({ project, places, groups }: AssignedProps) {
  const here = places.filter((one) => one.projects.includes(project));
  const named = groups.filter((one) => !one.is_singleton);
  return (
    <>
      <p className="muted">
        {here.length === 0
          ? "Nobody is assigned: its tasks are given to everybody."
          : "Its tasks are given to these people alone."}
      </p>
      <ul className="name-list">
        {here.map(({ email }) => (
          <li key={email} className="cut" title={email}>
            {email}
          </li>
        ))}
      </ul>
      {named.length > 0 && (
        <>
          <h3>Groups</h3>
          <ul className="name-list">
            {named.map((group) => (
              <li key={group.group_id} className="cut" title={group.emails.join("\n")}>
                {group.name} <span className="muted">· {group.emails.length}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        <Link to="/people">People and groups</Link>
      </p>
    </>
  );
}

interface AssignProps {
  readonly project: string;
  readonly places: Places;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** Each tick is saved at once. */
function AssignPeople({ project, places, onChanged, onClose }: AssignProps) {
  const { blame, send } = useSending([]);
  useFocusBack();
  const change = (email: string, isIn: boolean) =>
    send(async () => {
      await changeAssignments([email], [project], !isIn);
      onChanged();
    });
  return (
    <Dialog title={`Who works on ${project}`} onClose={onClose}>
      <p className="muted">
        As soon as one person is assigned, nobody else is given its tasks. Who leaves the project
        leaves its groups.
      </p>
      <div className="stack tight">
        {places.map(({ email, projects }) => (
          <Tick
            key={email}
            word={email}
            checked={projects.includes(project)}
            onChange={(isIn) => change(email, isIn)}
          />
        ))}
      </div>
      <Problem sentence={blame?.sentence ?? null} />
      <div className="dialog-buttons">
        <button type="button" className="button primary" onClick={onClose}>
          Done
        </button>
      </div>
    </Dialog>
  );
}
