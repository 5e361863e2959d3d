import { useEffect, useRef, useState } from "react";
import { setChoices, setScrolling } from "../app/editor/keys";
import type { WheelDevice } from "../scene3d/wheel";
import { ACTION_GROUPS, type Action, action, type ActionId } from "../tools/index";
import { choose, conflictsOf, reservedFor, reset } from "../tools/keymap";
import { bindingOf, type KeyBinding, keyLabel, keyText, type KeyPress } from "../tools/keys";
import { fit, wordsOf } from "../tools/search";
import { actionTitle } from "./actionTitle";
import { Dialog } from "./Dialog";
import { Icon } from "./Icon";
import { SearchField } from "./SearchField";
import { withLeftHand } from "../tools/oneHand";
import { offered } from "./offered";
import { useEditor, useKeys } from "./useEditor";

/** A key is being chosen for a command, in place of one it has or beside those. */
interface Listening {
  readonly id: ActionId;
  readonly instead: KeyBinding | null;
  /** Why the last press was not taken. */
  readonly refused?: string;
  /** What was pressed is another command's key: the person decides. */
  readonly asks?: { readonly press: KeyPress; readonly others: readonly ActionId[] };
}

/** The person's own keys; whatever shows keys shows these at once. */
export function KeysDialog() {
  const { editor, keys } = useEditor();
  const { choices } = useKeys();
  const [query, setQuery] = useState("");
  const [listening, setListening] = useState<Listening | null>(null);
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => search.current?.focus(), []);
  const groups = ACTION_GROUPS.map((group) => ({
    group,
    actions: offered(editor).filter(
      (one) =>
        one.group === group && fit(query, actionTitle(one, editor.labels), wordsOf(one)) !== null,
    ),
  })).filter(({ actions }) => actions.length > 0);

  return (
    <Dialog
      title="Change keys"
      size="tall"
      onClose={() => editor.view.setState({ choosingKeys: false })}
    >
      <p className="muted">
        Press a key to replace it, or + to add one. Keys that the browser keeps for itself (Ctrl+T,
        Ctrl+W, Ctrl+N, F5 and a few more) cannot be chosen. Your keys go with you to every machine.
      </p>
      <SearchField ref={search} label="Search commands" onSearch={setQuery} />
      <div className="keys-list" tabIndex={-1}>
        {groups.map(({ group, actions }) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            {actions.map((one) => (
              <Row
                key={one.id}
                one={one}
                listening={listening?.id === one.id ? listening : null}
                onListen={setListening}
              />
            ))}
          </section>
        ))}
        {groups.length === 0 && <p className="muted">No command is called “{query}”.</p>}
      </div>
      <div className="dialog-buttons">
        <ScrollingSelect />
        <span className="grow" />
        <button
          type="button"
          className="button"
          title="What is wanted most is under the left hand; the right one stays on the mouse"
          onClick={() => setChoices(keys, withLeftHand(choices))}
        >
          Left hand only
        </button>
        <button
          type="button"
          className="button"
          disabled={Object.keys(choices).length === 0}
          onClick={() => setChoices(keys, {})}
        >
          Reset all
        </button>
        <button
          type="button"
          className="button primary"
          onClick={() => editor.view.setState({ choosingKeys: false })}
        >
          Done
        </button>
      </div>
    </Dialog>
  );
}

function ScrollingSelect() {
  const { keys } = useEditor();
  const { scrolling } = useKeys();
  return (
    <label className="scrolling">
      <span className="muted">Scrolling in the scene</span>
      <select
        className="select"
        value={scrolling ?? ""}
        onChange={(event) =>
          setScrolling(keys, event.target.value === "" ? null : (event.target.value as WheelDevice))
        }
      >
        <option value="">as the device says</option>
        <option value="mouse">zooms (mouse)</option>
        <option value="trackpad">slides (trackpad)</option>
      </select>
    </label>
  );
}

interface RowProps {
  readonly one: Action & { readonly id: ActionId };
  readonly listening: Listening | null;
  readonly onListen: (next: Listening | null) => void;
}

function Row({ one, listening, onListen }: RowProps) {
  const { editor, keys } = useEditor();
  const { choices, keymap, layout } = useKeys();
  const { id } = one;
  const title = actionTitle(one, editor.labels);
  const bound = keymap.get(id) ?? [];
  const set = (next: readonly KeyBinding[], press: KeyPress | null = null) => {
    setChoices(keys, choose(choices, id, next, press));
    onListen(null);
  };
  const take = (press: KeyPress, { instead }: Listening) => {
    const binding = bindingOf(press);
    if (binding === null) return;
    const others = bound.filter((had) => had !== instead && keyText(had) !== keyText(binding));
    const at = instead === null ? others.length : bound.indexOf(instead);
    set(others.toSpliced(at, 0, binding), press);
  };
  useListening(listening, onListen, take);
  return (
    <div className="keys-row">
      <span className="grow">
        {title}
        {one.finerWithShift === true && <span className="faint"> · smaller steps with Shift</span>}
      </span>
      {bound.map((binding) => {
        const label = keyLabel(binding, layout);
        return (
          <span key={keyText(binding)} className="key-chip">
            <button
              type="button"
              className="kbd"
              aria-label={`${title}: replace ${label}`}
              aria-pressed={listening?.instead === binding}
              onClick={() => onListen({ id, instead: binding })}
            >
              {listening?.instead === binding ? "press a key…" : label}
            </button>
            <button
              type="button"
              className="chip-remove"
              aria-label={`${title}: remove ${label}`}
              title={`Remove ${label}`}
              onClick={() => set(bound.filter((other) => other !== binding))}
            >
              <Icon name="close" />
            </button>
          </span>
        );
      })}
      <button
        type="button"
        className="kbd add-key"
        aria-label={`${title}: add a key`}
        title="Add a key"
        aria-pressed={listening?.instead === null}
        onClick={() => onListen({ id, instead: null })}
      >
        {listening?.instead === null ? "press a key…" : "+"}
      </button>
      <button
        type="button"
        className="button small quiet"
        aria-label={`${title}: reset`}
        disabled={choices[id] === undefined}
        onClick={() => {
          setChoices(keys, reset(choices, id));
          onListen(null);
        }}
      >
        Reset
      </button>
      {listening !== null && <Notice listening={listening} onTake={take} onListen={onListen} />}
    </div>
  );
}

interface NoticeProps {
  readonly listening: Listening;
  readonly onTake: (press: KeyPress, listening: Listening) => void;
  readonly onListen: (next: Listening | null) => void;
}

/** What became of the last press, and the question whose key it shall be. */
function Notice({ listening, onTake, onListen }: NoticeProps) {
  const { editor } = useEditor();
  const { layout } = useKeys();
  const { asks, refused } = listening;
  if (asks === undefined) {
    return (
      <p role="status" className="keys-notice">
        {refused ?? "Press the new key, alone or with Ctrl, Alt, Shift; Esc leaves it as it is."}
      </p>
    );
  }
  const binding = bindingOf(asks.press);
  const names = asks.others.map((other) => `“${actionTitle(action(other), editor.labels)}”`);
  return (
    <div role="alert" className="keys-notice">
      <span className="grow">
        <span className="kbd">{binding === null ? "" : keyLabel(binding, layout)}</span> is{" "}
        {names.join(" and ")} now.
      </span>
      <button type="button" className="button small" onClick={() => onListen(null)}>
        Leave it
      </button>
      <button
        type="button"
        className="button small primary"
        // The question came up by a key: the answer is one, too.
        autoFocus
        onClick={() => onTake(asks.press, listening)}
      >
        Use it here
      </button>
    </div>
  );
}

/** Hears every key of the page, before anything else does, until one was taken. */
function useListening(
  listening: Listening | null,
  onListen: (next: Listening | null) => void,
  take: (press: KeyPress, listening: Listening) => void,
): void {
  const { keymap } = useKeys();
  useEffect(() => {
    if (listening === null || listening.asks !== undefined) return;
    const press = (event: KeyboardEvent) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      const { id } = listening;
      const binding = bindingOf(event);
      if (event.code === "Escape") onListen(null);
      else if (binding !== null) {
        const refused = reservedFor(binding, id);
        const others = conflictsOf(keymap, id, event);
        if (refused !== null) onListen({ ...listening, refused });
        else if (others.length > 0) onListen({ ...listening, asks: { press: event, others } });
        else take(event, listening);
      }
    };
    window.addEventListener("keydown", press, true);
    return () => window.removeEventListener("keydown", press, true);
  });
}
