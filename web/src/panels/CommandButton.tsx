import { run } from "../app/editor/commands";
import { action, type ActionId } from "../tools/index";
import { Icon, type IconName } from "./Icon";
import { useEditor, useKeyLabels } from "./useEditor";

interface Props {
  readonly id: ActionId;
  readonly icon?: IconName;
  /** Shown beside the icon; without it the title is the button's name only. */
  readonly text?: string;
  /** How many there are of what it shows; none is not told. */
  readonly count?: number;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly small?: boolean;
  readonly className?: string;
  readonly showKey?: boolean;
  /** In place of the command's title, where it does something of its own. */
  readonly name?: string;
}

/** A button for a command of the editor: its name and key come from the one list of commands. */
export function CommandButton(props: Props) {
  const { id, icon, text, count = 0, pressed, disabled = false, small = false, showKey = false } = props;
  const { commands } = useEditor();
  const title = props.name ?? action(id).title;
  const key = useKeyLabels(id)[0] ?? null;
  const classes = ["button", small && "small", text === undefined && "icon", props.className];
  return (
    <button
      type="button"
      className={classes.filter(Boolean).join(" ")}
      aria-label={count > 0 ? `${title}: ${count}` : title}
      data-tour={id}
      aria-pressed={pressed}
      title={key === null ? title : `${title} (${key})`}
      disabled={disabled}
      onClick={() => run(commands, id)}
    >
      {icon !== undefined && <Icon name={icon} />}
      {text}
      {count > 0 && <span className="count numbers">{count}</span>}
      {showKey && key !== null && <span className="kbd">{key}</span>}
    </button>
  );
}
