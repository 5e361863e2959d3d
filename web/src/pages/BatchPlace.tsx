import { useState } from "react";
import { listGroups } from "../api/people";
import { batchPlace, keepBatchFor, moveBatch } from "../api/projects";
import type { BatchPlace, GroupView } from "../api/types";
import { Link } from "../app/Link";
import { useLocation } from "../app/router";
import { useAsking } from "../app/useAsking";
import { useLoaded } from "../app/useLoaded";
import { FormDialog, saidOf, useSending } from "./Fields";
import { NotThere, Problem } from "./Problem";

interface Props {
  readonly name: string;
  readonly project: string;
}

/** When a batch is worked on, and by whom. */
export function BatchPlaceCard({ name, project }: Props) {
  const { query } = useLocation();
  const [loaded, reload] = useLoaded(`${query.get("mode") ?? ""}|${name}`, async (signal) => {
    const [place, groups] = await Promise.all([
      batchPlace(name, { signal }),
      listGroups(project, { signal }),
    ]);
    return { place, groups: groups.filter((one) => !one.is_singleton) };
  });
  return (
    <section className="card">
      <header>
        <h2>Order of work</h2>
      </header>
      <div className="card-body stack">
        <NotThere loaded={loaded} />
        {loaded.kind === "there" && (
          <>
            <Order name={name} place={loaded.value.place} onChanged={reload} />
            <Workers
              name={name}
              place={loaded.value.place}
              groups={loaded.value.groups}
              onChanged={reload}
            />
          </>
        )}
      </div>
    </section>
  );
}

interface OrderProps {
  readonly name: string;
  readonly place: BatchPlace;
  readonly onChanged: () => void;
}

function Order({ name, place: { place, pending }, onChanged }: OrderProps) {
  const { asking, problem, ask } = useAsking("The order was not changed.");
  if (place === null) {
    return <p className="muted">It is complete or archived: it waits in no order.</p>;
  }
  const moves: readonly (readonly [string, number])[] = [
    ["First", 1],
    ["Earlier", place - 1],
    ["Later", place + 1],
    ["Last", pending],
  ];
  const move = (to: number) =>
    ask(async () => {
      await moveBatch(name, to);
      onChanged();
    });
  return (
    <div className="stack tight">
      <div className="order-row">
        <p className="grow">
          Place <strong className="numbers">{place}</strong> of{" "}
          <span className="numbers">{pending}</span> pending batches of all projects
        </p>
        <div className="tabs" role="group" aria-label="Move this batch">
          {moves.map(([word, to]) => (
            <button
              key={word}
              type="button"
              className="button small"
              // It keeps the focus while the server is asked.
              disabled={to < 1 || to > pending || to === place}
              aria-disabled={asking}
              onClick={() => !asking && void move(to)}
            >
              {word}
            </button>
          ))}
        </div>
      </div>
      <p className="faint">
        The queue gives out the tasks of earlier batches first. Moving one keeps the order of the
        others.
      </p>
      <Problem sentence={problem} />
    </div>
  );
}

interface WorkersProps extends OrderProps {
  readonly groups: readonly GroupView[];
}

function Workers({ name, place, groups, onChanged }: WorkersProps) {
  const [choosing, setChoosing] = useState(false);
  const isNobody = place.groups.length > 0 && place.groups.every((one) => one.people === 0);
  return (
    <div className="stack tight">
      <div className="order-row">
        <p className="grow">
          {place.groups.length === 0
            ? "Given to everybody of the project"
            : `Kept for ${place.groups.map((one) => `${one.name} (${one.people})`).join(", ")}`}
        </p>
        <button type="button" className="button small" onClick={() => setChoosing(true)}>
          Keep for groups…
        </button>
      </div>
      {isNobody && (
        <p className="note warn">Nobody is in these groups: its tasks are given to nobody.</p>
      )}
      {choosing && (
        <KeepFor
          name={name}
          place={place}
          groups={groups}
          onClose={() => setChoosing(false)}
          onChanged={onChanged}
        />
      )}
    </div>
  );
}

interface KeepProps extends WorkersProps {
  readonly onClose: () => void;
}

function KeepFor({ name, place, groups, onClose, onChanged }: KeepProps) {
  const kept = place.groups.map((one) => one.name);
  const [chosen, setChosen] = useState<readonly string[]>(kept);
  const sending = useSending(["groups"]);
  // Single people for whom it is kept over the API stay in the list.
  const names = [...new Set([...groups.map((one) => one.name), ...kept])];
  const send = async () => {
    if (!(await sending.send(() => keepBatchFor(name, chosen)))) return;
    onChanged();
    onClose();
  };
  return (
    <FormDialog
      title={`Who works on ${name}`}
      sending={sending}
      verb="Save"
      onSend={() => void send()}
      onClose={onClose}
    >
      {names.length === 0 ? (
        <p className="muted">
          The project has no groups yet. They are made on the page{" "}
          <Link to="/people">People</Link>.
        </p>
      ) : (
        <fieldset className="role-choice">
          <legend>Kept for these groups; without any, for everybody of the project</legend>
          {names.map((one) => (
            <label key={one} className="check-row">
              <input
                type="checkbox"
                checked={chosen.includes(one)}
                onChange={(event) =>
                  setChosen(
                    event.target.checked
                      ? [...chosen, one]
                      : chosen.filter((other) => other !== one),
                  )
                }
              />
              <span className="cut">{one}</span>
            </label>
          ))}
        </fieldset>
      )}
      <Problem sentence={saidOf(sending.blame, "groups")} />
    </FormDialog>
  );
}
