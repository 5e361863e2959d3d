import { useStore } from "zustand";
import type { Work } from "../api/types";
import { Link } from "../app/Link";
import { CommandButton } from "./CommandButton";
import { Icon } from "./Icon";
import { People } from "./People";
import { SyncBadge } from "./SyncBadge";
import { useDocument, useEditor, useMayEdit, useStatus, useView } from "./useEditor";

export function TopBar() {
  const { editor } = useEditor();
  const { canUndo, canRedo } = useDocument();
  const mayEdit = useMayEdit();
  const editing = useStatus((status) => status.editing);
  const mode = useView((view) => view.mode);
  const instructions = useView((view) => view.instructions);
  const checks = useView((view) => view.checks);
  const open = useStore(editor.openPlaces.state, ({ here, always }) => here.length + always.length);
  const history = useView((view) => view.history);
  const isPresent = useView((view) => view.revision === null);
  const { task_id, project } = editor.work;
  return (
    <header className="top-bar">
      <div className="top-left">
        <Link to={`/tasks/${task_id}`} className="button icon quiet">
          <Icon name="back" />
          <span className="unseen">Leave the editor</span>
        </Link>
        <h1 className="task-name cut" title={task_id}>
          {project ?? "Task"} <span className="faint mono">{task_id.slice(-6)}</span>
        </h1>
      </div>
      <div className="toolbar" role="toolbar" aria-label="Tools">
        <CommandButton
          id="tool.select"
          icon="pointer"
          text="Select"
          pressed={mode === "select"}
          showKey
        />
        <CommandButton
          id="tool.place"
          icon="cube"
          text="New cuboid"
          pressed={mode === "place"}
          disabled={!mayEdit}
          showKey
        />
        <CommandButton id="tool.lasso" icon="lasso" pressed={mode === "lasso"} disabled={!mayEdit} />
        {editor.draws("polygon") && (
          <CommandButton id="tool.polygon" icon="polygon" pressed={mode === "polygon"} disabled={!mayEdit} />
        )}
        <span className="divider" />
        <CommandButton id="edit.undo" icon="undo" disabled={!editing || !canUndo} />
        <CommandButton id="edit.redo" icon="redo" disabled={!editing || !canRedo} />
        <span className="divider" />
        <CommandButton id="view.top" icon="top" />
        <CommandButton id="view.focus" icon="focus" />
        <CommandButton id="view.all" icon="all" />
        <CommandButton id="view.behind" icon="behind" />
        <CommandButton id="view.fly" icon="fly" />
        <CommandButton id="view.sides" icon="sides" />
      </div>
      <div className="top-right">
        <People />
        <SyncBadge />
        <CommandButton id="panel.checks" icon="wrong" text="Checks" count={open} className="quiet" pressed={checks} />
        {editor.work.instructions !== null && (
          <button
            type="button"
            className="button quiet"
            aria-pressed={instructions}
            onClick={() => editor.view.setState({ instructions: !instructions })}
          >
            <Icon name="book" /> <span className="where-wide">Instructions</span>
          </button>
        )}
        <CommandButton id="history" icon="history" className="quiet" pressed={history} />
        <CommandButton id="panels" icon="panels" className="quiet" />
        <CommandButton id="help" icon="help" className="quiet" />
        <CommandButton id="submit" text={submitWord(editor.work)} className="primary" disabled={!editing || !isPresent} />
      </div>
    </header>
  );
}

function submitWord(work: Work): string {
  if (work.fixing) return "Finish fix";
  return work.in_review ? "Finish review" : "Submit";
}
