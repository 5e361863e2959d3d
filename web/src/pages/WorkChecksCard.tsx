import { useState } from "react";
import { setWorkChecks, workChecks } from "../api/queue";
import type { Severity, WorkCheckRule } from "../api/types";
import { useLoaded } from "../app/useLoaded";
import { CHECK_TITLES, type CheckName } from "../model/checkNames";
import { NotThere, Problem } from "./Problem";

const SEVERITIES: Readonly<Record<Severity, string>> = {
  off: "Off",
  warning: "Warning",
  must_fix: "Must fix",
};
/** Too much stands about that nobody asked for. */
const NEVER_MUST_FIX: CheckName = "unlabeled";

interface Props {
  /** Null: the tasks without a project. */
  readonly project: string | null;
}

/** What the editor's checks mean here, for managers. */
export function WorkChecksCard({ project }: Props) {
  const [loaded, reload] = useLoaded(project ?? "", (signal) => workChecks({ signal }));
  const rule = loaded.kind === "there" ? loaded.value.rules.find((one) => one.project === project) : undefined;
  return (
    <section className="card">
      <header>
        <h2>Checks while labeling</h2>
      </header>
      <div className="card-body stack tight">
        <p className="muted">
          The editor says where a cuboid may be wrong. What must be fixed keeps work from being handed
          in; every frame is looked at first.
        </p>
        <NotThere loaded={loaded} />
        {rule !== undefined && <Rows key={JSON.stringify(rule)} rule={rule} onChanged={reload} />}
      </div>
    </section>
  );
}

interface RowsProps {
  readonly rule: WorkCheckRule;
  readonly onChanged: () => void;
}

function Rows({ rule, onChanged }: RowsProps) {
  const [checks, setChecks] = useState(rule.checks);
  const [problem, setProblem] = useState<string | null>(null);
  const change = async (name: CheckName, severity: Severity) => {
    const wanted = { ...checks, [name]: severity };
    setChecks(wanted);
    try {
      await setWorkChecks({ ...rule, checks: wanted });
      setProblem(null);
      onChanged();
    } catch (error) {
      setChecks(rule.checks);
      setProblem(error instanceof Error ? error.message : "The change was not saved.");
    }
  };
  return (
    <>
      {Object.entries(CHECK_TITLES).map(([name, title]) => (
        <label key={name} className="choice-row">
          <span className="grow">{title}</span>
          <select
            className="input"
            value={checks[name] ?? "warning"}
            onChange={(event) => void change(name as CheckName, event.target.value as Severity)}
          >
            {Object.entries(SEVERITIES)
              .filter(([severity]) => severity !== "must_fix" || name !== NEVER_MUST_FIX)
              .map(([severity, words]) => (
                <option key={severity} value={severity}>
                  {words}
                </option>
              ))}
          </select>
        </label>
      ))}
      <Problem sentence={problem} />
    </>
  );
}
