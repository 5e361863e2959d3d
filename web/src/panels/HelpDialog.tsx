import { useEffect, useRef, useState } from "react";
import { run } from "../app/editor/commands";
import { ACTION_GROUPS, type Action, type ActionId } from "../tools/index";
import { POINTER_HELP } from "../tools/pointerHelp";
import { fit, wordsOf } from "../tools/search";
import { actionTitle } from "./actionTitle";
import { Dialog } from "./Dialog";
import { SearchField } from "./SearchField";
import { offered } from "./offered";
import { useEditor, useKeyLabels } from "./useEditor";

/** Made from the list of commands and the person's keys, so that it is never out of date. */
export function HelpDialog() {
  const { editor, commands } = useEditor();
  const [query, setQuery] = useState("");
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => search.current?.focus(), []);
  const close = () => editor.view.setState({ help: false });

  const pointer = POINTER_HELP.filter(({ makes }) => makes === undefined || editor.draws(makes)).map(({ device, gestures }) => ({
    device,
    gestures: gestures.filter(([what, happens]) => fit(query, what, `${happens} ${device}`) !== null),
  })).filter(({ gestures }) => gestures.length > 0);
  const groups = ACTION_GROUPS.map((group) => ({
    group,
    actions: offered(editor).filter(
      (one) =>
        one.group === group && fit(query, actionTitle(one, editor.labels), wordsOf(one)) !== null,
    ),
  })).filter(({ actions }) => actions.length > 0);

  return (
    <Dialog title="Keyboard and mouse" size="tall" onClose={close}>
      <SearchField ref={search} label="Search keys and gestures" onSearch={setQuery} />
      <div className="help" tabIndex={-1}>
        <div className="help-columns">
          {pointer.map(({ device, gestures }) => (
            <section key={device}>
              <h3>{device}</h3>
              <dl className="help-list">
                {gestures.map(([what, happens]) => (
                  <div key={what}>
                    <dt>{what}</dt>
                    <dd>{happens}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
          {groups.map(({ group, actions }) => (
            <section key={group}>
              <h3>{group}</h3>
              <dl className="help-list">
                {actions.map((one) => (
                  <Line key={one.id} one={one} />
                ))}
              </dl>
            </section>
          ))}
        </div>
        {pointer.length + groups.length === 0 && (
          <p className="muted">Nothing is called “{query}”. Try another word.</p>
        )}
      </div>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={() => run(commands, "tour")}>
          Take the tour
        </button>
        <button type="button" className="button" onClick={() => run(commands, "keys")}>
          Change keys…
        </button>
        <button type="button" className="button primary" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function Line({ one }: { readonly one: Action & { readonly id: ActionId } }) {
  const { editor } = useEditor();
  const keys = useKeyLabels(one.id);
  return (
    <div>
      <dt>{actionTitle(one, editor.labels)}</dt>
      <dd>
        {keys.map((label) => (
          <span key={label} className="kbd">
            {label}
          </span>
        ))}
        {keys.length === 0 && <span className="faint">no key</span>}
      </dd>
    </div>
  );
}
