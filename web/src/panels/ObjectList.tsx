import { memo, type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import { distances } from "../app/editor/advance";
import type { Finding } from "../app/editor/checks";
import { wrongHere } from "../app/editor/openPlaces";
import { wrongWords } from "../app/editor/remarks";
import type { LabelEntry } from "../app/editor/labels";
import type { Track } from "../app/editor/shown";
import { chooseLabel } from "../app/editor/labelChoice";
import { CommandButton } from "./CommandButton";
import { ACTIONS } from "../tools/index";
import { ActionKey } from "./ActionKey";
import { Icon, type IconName } from "./Icon";
import { LabelTag } from "./LabelTag";
import { useDocument, useEditor, useNamed, useView } from "./useEditor";

/** The labels of the task: choose one for the next cuboid, or for the selected one. */
export function LabelPalette() {
  const { editor } = useEditor();
  const chosen = useView((view) => view.label);
  return (
    <section className="panel-part" aria-label="Labels">
      <div className="part-head">
        <h3 className="grow">Labels</h3>
        <CommandButton id="label.guide" icon="info" small className="quiet" />
      </div>
      <ul className="label-list">
        {editor.labels.map((entry, index) => (
          <li key={entry.name}>
            <button
              type="button"
              className="row-button"
              aria-pressed={entry.name === chosen}
              title={entry.description ?? undefined}
              onClick={() => chooseLabel(editor, index)}
            >
              <LabelTag colour={entry.colour} tag={entry.tag} />
              <LabelName entry={entry} />
              <LabelKey index={index} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function LabelName({ entry }: { readonly entry: LabelEntry }) {
  return (
    <span className="grow cut">
      {entry.path.length > 0 && <span className="faint">{entry.path.join(" › ")} › </span>}
      {entry.display}
    </span>
  );
}

function LabelKey({ index }: { readonly index: number }) {
  const found = ACTIONS.find(({ id }) => id === `label.${index + 1}`);
  return found === undefined ? null : <ActionKey id={found.id} />;
}

/** The tracks: those of this frame first, the others dimmed below. */
export function ObjectList() {
  const { editor } = useEditor();
  // Not used themselves: they say when to look again.
  const { document } = useDocument();
  const frameIndex = useView((view) => view.frameIndex);
  const selected = useView((view) => view.selected);
  const also = useView((view) => view.also);
  const locked = useView((view) => view.locked);
  const hidden = useView((view) => view.hidden);
  const [search, setSearch] = useState("");
  const all = editor.tracks();
  const away = useDistances(document, frameIndex, hidden);
  const places = useStore(editor.openPlaces.state);
  const wrong = useMemo(() => wrongHere(places, frameIndex), [places, frameIndex]);
  const wanted = search.trim().toLowerCase();
  const found = useMemo(() => {
    const numbered = all.map((track, index) => ({ ...track, number: index + 1 }));
    const matching = numbered.filter(({ label, id, number }) =>
      `${number} ${editor.display(label)} ${id}`.toLowerCase().includes(wanted),
    );
    return [...matching.filter(isHere), ...matching.filter((track) => !isHere(track))];
  }, [all, wanted, editor]);
  return (
    <section className="panel-part fill" aria-label="Objects">
      <h3>
        Objects <span className="faint numbers">{found.filter(isHere).length} in this frame</span>
      </h3>
      {all.length > 0 && (
        <label className="search">
          <Icon name="search" />
          <span className="unseen">Search objects</span>
          <input
            className="input"
            type="search"
            placeholder="Label or number"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </label>
      )}
      <ul className="object-list" hidden={all.length === 0}>
        <TrackRows tracks={found} away={away} wrong={wrong} selected={selected} also={also} locked={locked} hidden={hidden} />
      </ul>
      {hidden.length > 0 && (
        <p className="holds note">
          <span className="grow">{hidden.length} hidden</span>
          <CommandButton id="objects.show" text="Show all" small showKey />
        </p>
      )}
      {all.length === 0 && (
        <p className="hint">
          Nothing is labeled yet. Press <ActionKey id="tool.place" /> and drag on the ground from
          an object’s rear to its front, or <ActionKey id="tool.lasso" /> and draw around its
          points.
        </p>
      )}
      {all.length > 0 && found.length === 0 && <p className="hint">No object matches.</p>}
    </section>
  );
}

/** Told when nothing has changed for this long: while frames go by, rows are not written anew for it. */
const AT_REST_MS = 200;

/** Metres from the sensor, of the objects that are in the frame and shown. */
function useDistances(document: unknown, frameIndex: number, hidden: unknown): ReadonlyMap<string, number> {
  const { editor } = useEditor();
  const [away, setAway] = useState(() => distances(editor));
  useEffect(() => {
    const timer = setTimeout(() => setAway(distances(editor)), AT_REST_MS);
    return () => clearTimeout(timer);
  }, [editor, document, frameIndex, hidden]);
  return away;
}

const isHere = (track: Track): boolean => track.present;

type Numbered = Track & { readonly number: number };

interface TrackRowsProps {
  readonly tracks: readonly Numbered[];
  /** From the sensor, of those that are in this frame. */
  readonly away: ReadonlyMap<string, number>;
  /** What may be wrong with them in this frame. */
  readonly wrong: ReadonlyMap<string, readonly Finding[]>;
  readonly selected: string | null;
  readonly also: readonly string[];
  readonly locked: readonly string[];
  readonly hidden: readonly string[];
}

/** Most steps in time leave the whole list as it is. */
const TrackRows = memo(function TrackRows(props: TrackRowsProps) {
  const { tracks, away, wrong, selected, also, locked, hidden } = props;
  const { editor } = useEditor();
  const named = useNamed();
  const pick = useCallback(
    (event: MouseEvent, id: string) => {
      if (event.ctrlKey || event.metaKey) editor.toggle(id);
      else if (event.shiftKey) editor.selectUpTo(id, tracks.map((track) => track.id));
      else editor.select(id);
    },
    [editor, tracks],
  );
  return tracks.map((track) => (
    <TrackRow
      key={track.id}
      {...track}
      awayM={away.has(track.id) ? Math.round(away.get(track.id)!) : null}
      wrong={wrong.has(track.id) ? wrongWords(wrong.get(track.id)!, named) : null}
      hasHandles={track.id === selected}
      isSelected={track.id === selected || also.includes(track.id)}
      isLocked={locked.includes(track.id)}
      isHidden={hidden.includes(track.id)}
      onPick={pick}
    />
  ));
});

interface TrackRowProps extends Numbered {
  /** Whole metres; null: not in this frame. */
  readonly awayM: number | null;
  /** In words, and what mends it; null: nothing was found. */
  readonly wrong: string | null;
  readonly hasHandles: boolean;
  readonly isSelected: boolean;
  readonly isLocked: boolean;
  readonly isHidden: boolean;
  readonly onPick: (event: MouseEvent, id: string) => void;
}

/** Drawn again when something of its own changes. */
const TrackRow = memo(function TrackRow(props: TrackRowProps) {
  const { editor } = useEditor();
  const { id, label, number, stationary, isKey, keyCount, present } = props;
  const { awayM, wrong, hasHandles, isSelected, isLocked, isHidden, onPick } = props;
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (hasHandles) row.current?.scrollIntoView({ block: "nearest" });
  }, [hasHandles]);
  return (
    <li>
      <button
        ref={row}
        type="button"
        className={`row-button ${present && !isHidden ? "" : "absent"}`}
        aria-pressed={isSelected}
        title="Click selects, double-click looks at it"
        onClick={(event) => onPick(event, id)}
        onDoubleClick={() => editor.stage?.lookAt(id)}
      >
        <LabelTag colour={editor.colour(label)} tag={editor.tag(label)} />
        <span className="cut">{editor.display(label)}</span>{" "}
        <span className="row-number faint numbers">#{number}</span>
        {wrong !== null && <Mark icon="wrong" text={wrong} className="warn" />}
        {isHidden && <Mark icon="hidden" text="Hidden" />}
        {isLocked && <Mark icon="locked" text="Locked" />}
        {awayM !== null && (
          <span className="away faint numbers" title="From the sensor">
            {awayM} m
          </span>
        )}
        {stationary ? (
          <Mark icon="stationary" text="Stationary" />
        ) : (
          <span
            className={`key-mark ${isKey ? "on" : ""}`}
            title={isKey ? "Keyframe here" : `${keyCount} keyframes`}
          >
            {isKey ? "◆" : "◇"} {keyCount}
          </span>
        )}
      </button>
    </li>
  );
});

interface MarkProps {
  readonly icon: IconName;
  readonly text: string;
  readonly className?: string;
}

function Mark({ icon, text, className = "" }: MarkProps) {
  return (
    <span className={`row-mark ${className}`} title={text}>
      <Icon name={icon} />
      <span className="unseen">{text}</span>
    </span>
  );
}
