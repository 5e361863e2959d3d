import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
} from "react";
import { useStore } from "zustand";
import { type DockSize, layoutOf } from "../app/editor/dock";
import { placesOf, type Stack } from "../app/editor/dockPlaces";
import type { Rect } from "../geometry/rect";
import { PANELS, type PanelName } from "../app/editor/layout";
import { closePanel, isOpen, PANEL_TITLES } from "../app/editor/panels";
import { Icon } from "./Icon";
import { SeparatorLine } from "./SeparatorLine";
import { useEditor } from "./useEditor";
import { useTabDrag } from "./useTabDrag";

interface Props {
  readonly children: Readonly<Record<PanelName, ReactNode>>;
}

/** Drawn only in front: pictures that nobody sees cost time at every move. */
const ONLY_IN_FRONT: ReadonlySet<PanelName> = new Set(["camera", "cameras"]);

/**
 * The panels where the person has put them. Each is one element that never leaves its parent: it is
 * moved by its rectangle alone, so the scene keeps its canvas, its graphics and the focus, a document
 * its page, and a list its scrolling.
 */
export function Dock({ children }: Props) {
  const { editor } = useEditor();
  const { dock } = editor;
  const host = useRef<HTMLDivElement>(null);
  const size = useSize(host);
  const open = useOpenPanels();
  const state = useStore(dock.state);
  const layout = useMemo(() => layoutOf(state, size), [state, size]);
  const { heights } = useStore(dock.folded);
  const places = useMemo(
    () => placesOf(layout, open, size.width, size.height, heights),
    [layout, open, size, heights],
  );
  const drag = useTabDrag(host, places, size);
  const covered = useStore(editor.view, (view) => view.batch);
  useNewInFront(open);

  return (
    <main ref={host} className={`dock ${drag.panel === null ? "" : "dragging"} ${covered ? "covered" : ""}`}>
      {PANELS.map((panel) => {
        const stack = places.stacks.find((one) => one.panels.includes(panel));
        if (stack === undefined) return null;
        const isFront = stack.front === panel;
        if (!isFront && ONLY_IN_FRONT.has(panel)) return null;
        return (
          <div
            key={panel}
            id={`panel-${panel}`}
            className={`dock-panel of-${panel}`}
            role={panel === "scene" ? undefined : "tabpanel"}
            aria-labelledby={panel === "scene" ? undefined : `tab-${panel}`}
            hidden={!isFront}
            style={styleOf(stack.inside)}
          >
            {children[panel]}
          </div>
        );
      })}
      {places.stacks
        .filter(({ front }) => front !== "scene")
        .map((stack) => (
          <Tabs key={stack.panels.join()} stack={stack} grab={drag.grab} />
        ))}
      {places.separators.map((one) => (
        <SeparatorLine key={`${one.path.join()}:${one.before}:${one.across}`} separator={one} />
      ))}
      {drag.target !== null && <div className="drop-here" style={styleOf(drag.target.box)} />}
    </main>
  );
}

interface TabsProps {
  readonly stack: Stack;
  readonly grab: (panel: PanelName, event: React.PointerEvent) => void;
}

function Tabs({ stack: { panels, front, box, inside }, grab }: TabsProps) {
  const { editor } = useEditor();
  const list = useRef<HTMLDivElement>(null);
  const walk = (event: KeyboardEvent) => {
    const by = event.code === "ArrowRight" ? 1 : event.code === "ArrowLeft" ? -1 : 0;
    const next = panels[(panels.indexOf(front) + by + panels.length) % panels.length];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    editor.dock.bringToFront(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div
      ref={list}
      role="tablist"
      aria-label={`Panels with ${PANEL_TITLES[front]}`}
      className="dock-tabs"
      style={styleOf({ ...box, height: inside.y - box.y })}
      onKeyDown={walk}
    >
      {panels.map((panel) => (
        <div key={panel} className={`dock-tab ${panel === front ? "front" : ""}`} role="presentation">
          <button
            type="button"
            id={`tab-${panel}`}
            role="tab"
            className="dock-tab-name cut"
            aria-selected={panel === front}
            aria-controls={`panel-${panel}`}
            tabIndex={panel === front ? 0 : -1}
            title={`${PANEL_TITLES[panel]}: drag it to another place`}
            onPointerDown={(event) => grab(panel, event)}
            onClick={() => editor.dock.bringToFront(panel)}
          >
            {PANEL_TITLES[panel]}
          </button>
          <button
            type="button"
            className="dock-tab-close"
            aria-label={`Close ${PANEL_TITLES[panel]}`}
            title="Close; “Arrange panels” brings it back"
            onClick={() => closePanel(editor, panel)}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}

/** The same set until a panel opens or closes. */
function useOpenPanels(): ReadonlySet<PanelName> {
  const { editor } = useEditor();
  const hasCameras = editor.work.scene.cameras.length > 0;
  const state = useStore(editor.dock.state);
  const names = useStore(editor.view, (view) =>
    PANELS.filter((panel) => isOpen(panel, view, state, hasCameras)).join(),
  );
  return useMemo(() => new Set(names.split(",") as PanelName[]), [names]);
}

/** What was just opened is not hidden behind another tab. */
function useNewInFront(open: ReadonlySet<PanelName>): void {
  const { dock } = useEditor().editor;
  const before = useRef(open);
  useEffect(() => {
    for (const panel of open) if (!before.current.has(panel)) dock.bringToFront(panel);
    before.current = open;
  }, [open, dock]);
}

function useSize(host: RefObject<HTMLElement | null>): DockSize {
  const { dock } = useEditor().editor;
  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) return;
    const measure = () => dock.measured(element.clientWidth, element.clientHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [host, dock]);
  return useStore(dock.size);
}

function styleOf({ x, y, width, height }: Rect) {
  return { left: x, top: y, width, height };
}
