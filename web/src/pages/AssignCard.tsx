import { assign, assignment, people } from "../api/queue";
import { useAsking } from "../app/useAsking";
import { useLoaded } from "../app/useLoaded";
import { Problem } from "./Problem";

/** For whom a task is kept: managers give it to somebody, or back to the queue. */
export function AssignCard({ taskId }: { readonly taskId: string }) {
  const [loaded, reload] = useLoaded(taskId, async (signal) => {
    const [kept, everybody] = await Promise.all([assignment(taskId, { signal }), people({ signal })]);
    return { personId: kept.person_id, people: everybody.people };
  });
  const { problem, ask } = useAsking("The change was not saved.");
  if (loaded.kind !== "there") return null;
  const change = async (personId: string) => {
    await ask(() => assign(taskId, personId === "" ? null : personId));
    reload();
  };
  return (
    <section className="card">
      <header>
        <h2>Assigned to</h2>
      </header>
      <div className="card-body stack tight">
        <select
          className="select"
          aria-label="Assigned to"
          value={loaded.value.personId ?? ""}
          onChange={(event) => void change(event.target.value)}
        >
          <option value="">Whoever comes next</option>
          {loaded.value.people
            .filter((one) => !one.is_disabled || one.person_id === loaded.value.personId)
            .map((one) => (
              <option key={one.person_id} value={one.person_id}>
                {one.email} · {one.role}
              </option>
            ))}
        </select>
        <p className="muted">Whoever has the task open can only look from then on.</p>
        <Problem sentence={problem} />
      </div>
    </section>
  );
}
