/** Dates in the reader's own language and zone. */

const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

export function fullDate(iso: string): string {
  return FULL.format(new Date(iso));
}

/** With seconds, for what happens within one minute. */
export function exactDate(iso: string): string {
  return EXACT.format(new Date(iso));
}

/** Hours, minutes and seconds alone, where the day is said beside it. */
export function timeOfDay(iso: string): string {
  return TIME.format(new Date(iso));
}

/** "5 minutes ago"; a date when it is more than a week away. */
export function ago(iso: string, now_ms: number = Date.now()): string {
  const difference_ms = new Date(iso).getTime() - now_ms;
  if (Math.abs(difference_ms) > 7 * 86_400_000) return fullDate(iso);
  for (const [unit, length_ms] of UNITS) {
    if (Math.abs(difference_ms) >= length_ms) {
      return RELATIVE.format(Math.round(difference_ms / length_ms), unit);
    }
  }
  return "just now";
}
