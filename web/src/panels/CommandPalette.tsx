import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { run } from "../app/editor/commands";
import { type Action, type ActionId } from "../tools/index";
import { found, wordsOf } from "../tools/search";
import { actionTitle } from "./actionTitle";
import { Dialog } from "./Dialog";
import { SearchField } from "./SearchField";
import { offered } from "./offered";
import { useEditor, useKeyLabels } from "./useEditor";

/** Every command by its name: type, choose with the arrows, Enter. */
export function CommandPalette() {
  const { editor, commands } = useEditor();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const search = useRef<HTMLInputElement>(null);
  const list = useId();
  useEffect(() => search.current?.focus(), []);
  const close = () => editor.view.setState({ palette: false });
  const listed = found(
    query,
    offered(editor).filter(({ id }) => id !== "palette"),
    (one) => ({ title: actionTitle(one, editor.labels), words: wordsOf(one) }),
  );
  const optionId = (index: number) => `${list}-${index}`;

  const runOne = (id: ActionId | undefined) => {
    if (id === undefined) return;
    close();
    run(commands, id);
  };
  const press = (event: KeyboardEvent) => {
    const to = MOVES[event.key]?.(chosen, listed.length);
    if (to !== undefined) setChosen(to);
    else if (event.key === "Enter") runOne(listed[chosen]?.id);
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    document.getElementById(`${list}-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [list, chosen]);

  return (
    <Dialog title="Find a command" size="palette" onClose={close}>
      <SearchField
        ref={search}
        label="Find a command"
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={listed.length > 0 ? optionId(chosen) : undefined}
        onSearch={(typed) => {
          setQuery(typed);
          setChosen(0);
        }}
        onKeyDown={press}
      />
      <ul id={list} className="palette-list" role="listbox" aria-label="Commands">
        {listed.map((one, index) => (
          <Option
            key={one.id}
            id={optionId(index)}
            one={one}
            isChosen={index === chosen}
            onPoint={() => setChosen(index)}
            onRun={() => runOne(one.id)}
          />
        ))}
      </ul>
      {listed.length === 0 && <p className="muted">No command is called “{query}”.</p>}
    </Dialog>
  );
}

type Move = (at: number, count: number) => number;

const MOVES: Readonly<Record<string, Move>> = {
  ArrowDown: (at, count) => (at + 1) % Math.max(1, count),
  ArrowUp: (at, count) => (at + count - 1) % Math.max(1, count),
  PageDown: (at, count) => Math.max(0, Math.min(count - 1, at + 8)),
  PageUp: (at) => Math.max(0, at - 8),
};

interface OptionProps {
  readonly id: string;
  readonly one: Action & { readonly id: ActionId };
  readonly isChosen: boolean;
  readonly onPoint: () => void;
  readonly onRun: () => void;
}

function Option({ id, one, isChosen, onPoint, onRun }: OptionProps) {
  const { editor } = useEditor();
  const keys = useKeyLabels(one.id);
  return (
    <li
      id={id}
      role="option"
      aria-selected={isChosen}
      className="palette-option"
      onPointerMove={onPoint}
      onClick={onRun}
    >
      <span className="grow">{actionTitle(one, editor.labels)}</span>
      <span className="faint">{one.group}</span>
      {keys[0] !== undefined && <span className="kbd">{keys[0]}</span>}
    </li>
  );
}
