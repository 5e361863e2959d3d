import { ACTIONS, type ActionGroup, type ActionId, MOUSE_HELP } from "../tools/index";
import { keyLabel } from "../tools/keys";
import { Dialog } from "./Dialog";
import { useEditor } from "./useEditor";

const GROUPS: readonly ActionGroup[] = [
  "Tools",
  "Edit",
  "Keyframes",
  "View",
  "Task",
  "Fine adjustment",
];

/** The nine keys of labels take one line. */
function isOtherLabel(id: ActionId): boolean {
  return id.startsWith("label.") && id !== "label.1";
}

/** Made from the list of commands, so that it is never out of date. */
export function HelpDialog() {
  const { editor } = useEditor();
  return (
    <Dialog title="Keyboard and mouse" size="wide" onClose={() => editor.view.setState({ help: false })}>
      <div className="help">
        <section>
          <h3>Mouse</h3>
          <dl className="help-list">
            {MOUSE_HELP.map(([what, happens]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd>{happens}</dd>
              </div>
            ))}
          </dl>
        </section>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl className="help-list">
              {ACTIONS.filter((one) => one.group === group && !isOtherLabel(one.id)).map((one) => (
                <div key={one.id}>
                  <dt>{one.id === "label.1" ? "Label 1 to 9 of the list" : one.title}</dt>
                  <dd>
                    {one.keys.slice(0, 2).map((key) => (
                      <span key={keyLabel(key)} className="kbd">
                        {keyLabel(key)}
                      </span>
                    ))}
                    {one.id === "label.1" && <span className="kbd">… 9</span>}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="dialog-buttons">
        <button
          type="button"
          className="button primary"
          onClick={() => editor.view.setState({ help: false })}
        >
          Close
        </button>
      </div>
    </Dialog>
  );
}
