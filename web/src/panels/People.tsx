import { useStatus } from "./useEditor";

const MOST_SHOWN = 3;

/** Who else has the task open, by initials; the names on hover and for screen readers. */
export function People() {
  const people = useStatus((status) => status.people);
  const others = people.filter((one) => !one.mine);
  if (others.length === 0) return null;
  const names = others.map((one) => one.name).join(", ");
  const more = others.length - MOST_SHOWN;
  return (
    <span className="people" role="group" aria-label={`Also in this task: ${names}`} title={names}>
      {others.slice(0, MOST_SHOWN).map(({ name }) => (
        <span key={name} className="person" aria-hidden="true">
          {initials(name)}
        </span>
      ))}
      {more > 0 && (
        <span className="person" aria-hidden="true">
          +{more}
        </span>
      )}
    </span>
  );
}

/** "ana.silva@example.com" → "AS". */
function initials(name: string): string {
  const [local = name] = name.split("@");
  const words = local.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const [first = "?", second] = words;
  return ((first[0] ?? "?") + (second?.[0] ?? first[1] ?? "")).toUpperCase();
}
