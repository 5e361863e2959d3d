import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import type { Editor } from "../app/editor/editor";
import { Link } from "../app/Link";
import type { Rect } from "../geometry/rect";
import { placeCard } from "../model/placeCard";
import { isStepDone, TOUR, type TourState, type TourTask } from "../model/tour";
import { ActionKey } from "./ActionKey";
import { useEditor, useView } from "./useEditor";

/** A card beside the work that says what to try next; it never takes the keyboard or the mouse. */
export function Tour() {
  const { editor } = useEditor();
  const shown = useStore(editor.tour.shown);
  useEffect(() => editor.tour.follow(), [editor]);
  switch (shown.kind) {
    case "off":
      return null;
    case "elsewhere":
      return <Elsewhere />;
    case "on":
      return <Step tour={shown.tour} />;
  }
}

function Elsewhere() {
  const { editor } = useEditor();
  return (
    <aside className="tour-card at-corner" aria-label="Tour">
      <h2>The tour is taken on the demo</h2>
      <p>
        There nothing can be broken. Open the task of the project “Demo” in the list of tasks; the tour
        begins by itself, or by <em>Take the tour</em> in the help there.
      </p>
      <div className="tour-buttons">
        <button type="button" className="button small" onClick={() => editor.tour.end()}>
          Close <ActionKey id="tool.select" which="last" />
        </button>
        <Link to="/?project=Demo&status=all" className="button small primary">
          Tasks of “Demo”
        </Link>
      </div>
    </aside>
  );
}

function Step({ tour }: { readonly tour: TourState }) {
  const { editor } = useEditor();
  const card = useRef<HTMLElement>(null);
  const placed = usePlaced(tour, card);
  const submitting = useView((view) => view.submitting);
  const { name, tasks } = TOUR[tour.step]!;
  const isDone = isStepDone(tour);
  const isLast = tour.step === TOUR.length - 1;
  return (
    <>
      {placed.ring !== null && !submitting && <div className="tour-ring" style={styleOf(placed.ring)} />}
      <aside
        ref={card}
        className="tour-card"
        aria-label="Tour"
        style={{ left: placed.at.x, top: placed.at.y, width: placed.width }}
      >
        <div className="tour-head">
          <span className="faint numbers">
            {tour.step + 1} of {TOUR.length}
          </span>
          <button type="button" className="button small quiet" onClick={() => editor.tour.end()}>
            Skip the tour
          </button>
        </div>
        <div aria-live="polite">
          <h2>{TITLES[name]}</h2>
          <ul className="tour-tasks">
            {tasks.map((task) => (
              <li key={task} className={tour.done.has(task) ? "done" : ""}>
                <span className="tour-mark" aria-hidden="true">
                  {tour.done.has(task) ? "✓" : "○"}
                </span>
                <span>
                  {tour.done.has(task) && <span className="unseen">Done: </span>}
                  <Words task={task} />
                </span>
              </li>
            ))}
          </ul>
        </div>
        <div className="tour-buttons">
          <button
            type="button"
            className="button small"
            disabled={tour.step === 0}
            onClick={() => editor.tour.back()}
          >
            Back
          </button>
          {!isLast && (
            <button
              type="button"
              className={`button small ${isDone ? "primary" : ""}`}
              onClick={() => editor.tour.next()}
            >
              {isDone ? "Next" : "Skip this step"}
            </button>
          )}
        </div>
      </aside>
    </>
  );
}

const TITLES: Readonly<Record<(typeof TOUR)[number]["name"], string>> = {
  look: "Look around",
  place: "Place a cuboid on a car",
  fit: "Fit it",
  follow: "Follow it in time",
  submit: "Hand it in",
};

function Words({ task }: { readonly task: TourTask }): ReactNode {
  const { editor } = useEditor();
  const label = useView((view) => view.label);
  switch (task) {
    case "turn":
      return "Drag on the ground to turn the view.";
    case "zoom":
      return "Turn the wheel, or pinch, to zoom to a car: four wheels and a roof of points.";
    case "arm":
      return (
        <>
          Choose a label, now <strong>{editor.display(label)}</strong>, and press{" "}
          <ActionKey id="tool.place" />
        </>
      );
    case "place":
      return "Drag along the car from its rear to its front.";
    case "fit":
      return "Drag a side or corner until the cuboid just holds the points: in the scene or in the flat views.";
    case "step":
      return (
        <>
          Go to the next frame: <ActionKey id="frame.next" which="last" />
        </>
      );
    case "move":
      return (
        <>
          Drag the cuboid onto the car again, or press <ActionKey id="keyframe.add" /> if it fits.
          That sets a keyframe; in between it moves by itself. For one that never moves, tick{" "}
          <em>Stationary</em> instead.
        </>
      );
    case "submit":
      return (
        <>
          Answer the questions about the object, on the right. Then press{" "}
          <ActionKey id="submit" /> and submit: you see what the customer gets.
        </>
      );
  }
}

interface Placed {
  readonly at: { readonly x: number; readonly y: number };
  readonly width: number;
  readonly ring: Rect | null;
}

const EVERY_MS = 250;
const WIDTH_PX = { most: 300, least: 176 };

/** Where card and ring stand now: panels move and cuboids do, so it is looked at again and again. */
function usePlaced(tour: TourState, card: { readonly current: HTMLElement | null }): Placed {
  const { editor } = useEditor();
  const [placed, setPlaced] = useState<Placed>({
    at: { x: 12, y: 60 },
    width: WIDTH_PX.most,
    ring: null,
  });
  useLayoutEffect(() => {
    const look = () => {
      const column = document.querySelector(".of-labels")?.getBoundingClientRect();
      const width = Math.min(WIDTH_PX.most, Math.max(WIDTH_PX.least, (column?.width ?? 0) - 16));
      const height = card.current?.getBoundingClientRect().height ?? 200;
      const main = editor.stage?.boxOf("main") ?? null;
      const ring = ringOf(editor, tour);
      const page = { width: innerWidth, height: innerHeight };
      const low = lowIn(column, { width, height });
      const areas = main === null ? [low] : [low, main];
      const at = placeCard({ width, height }, page, areas, keptFree(editor, ring, main));
      setPlaced((last) => (same(last, { at, width, ring }) ? last : { at, width, ring }));
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    addEventListener("resize", look);
    return () => {
      clearInterval(timer);
      removeEventListener("resize", look);
    };
  }, [editor, tour, card]);
  return placed;
}

/** The place that the first open task speaks of. */
function ringOf(editor: Editor, tour: TourState): Rect | null {
  const open = TOUR[tour.step]!.tasks.find((task) => !tour.done.has(task));
  switch (open) {
    case "turn":
    case "zoom":
    case "place":
      return inset(editor.stage?.boxOf("main") ?? null);
    case "arm":
      return elementBox("tool.place");
    case "fit":
      return inset(flatViews(editor)) ?? selectedBox(editor);
    case "step":
      return elementBox("frame.next");
    case "move":
      return selectedBox(editor);
    case "submit":
      return elementBox("submit");
    case undefined:
      return null;
  }
}

function keptFree(editor: Editor, ring: Rect | null, main: Rect | null): readonly Rect[] {
  const selected = selectedBox(editor);
  const isWhole = ring !== null && main !== null && ring.width * ring.height > 0.5 * main.width * main.height;
  const legend = document.querySelector(".scene-corner")?.getBoundingClientRect();
  return [isWhole ? null : ring, main, selected, flatViews(editor), legend].filter(
    (box): box is Rect => box !== null && box !== undefined,
  );
}

/** Below the list of objects, which is short on a first day; on the left when that is not shown. */
function lowIn(
  column: Rect | undefined,
  card: { readonly width: number; readonly height: number },
): Rect {
  const timeline = document.querySelector(".timeline")?.getBoundingClientRect().top ?? innerHeight;
  const floor = column === undefined ? timeline : column.y + column.height;
  const [width, height] = [card.width + 24, card.height + 24];
  return { x: (column?.x ?? 4) - 4, y: floor - height, width, height };
}

function flatViews({ stage }: Editor): Rect | null {
  const boxes = (["top", "side", "front"] as const)
    .map((view) => stage?.boxOf(view) ?? null)
    .filter((box) => box !== null);
  return boxes.length === 0 ? null : around(boxes.flatMap((box) => [box, farCorner(box)]), 0);
}

/** Of the selected cuboid on the screen, with room for its handles. */
function selectedBox(editor: Editor): Rect | null {
  const { selected } = editor.view.getState();
  const cuboid = selected === null ? null : editor.cuboid(selected);
  if (cuboid === null || editor.stage === null) return null;
  const reach = Math.hypot(...cuboid.size) / 2;
  const [x, y, z] = cuboid.centre;
  const ends = [-reach, reach].flatMap((d) => [
    [x + d, y, z],
    [x, y + d, z],
    [x, y, z + d],
  ] as const);
  const points = ends.map((end) => editor.stage?.worldToScreen(end) ?? null).filter((at) => at !== null);
  return points.length < ends.length ? null : around(points, 24);
}

function elementBox(action: string): Rect | null {
  const rect = document.querySelector(`[data-tour="${action}"]`)?.getBoundingClientRect();
  return rect === undefined || rect.width === 0 ? null : around([rect, farCorner(rect)], 4);
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function farCorner({ x, y, width, height }: Rect): Point {
  return { x: x + width, y: y + height };
}

function around(points: readonly Point[], margin: number): Rect {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs) - margin, Math.min(...ys) - margin];
  return { x, y, width: Math.max(...xs) + margin - x, height: Math.max(...ys) + margin - y };
}

/** The ring of a view lies inside of it. */
function inset(box: Rect | null): Rect | null {
  return box === null
    ? null
    : { x: box.x + 4, y: box.y + 4, width: box.width - 8, height: box.height - 8 };
}

function styleOf({ x, y, width, height }: Rect) {
  return { left: x, top: y, width, height };
}

function same(a: Placed, b: Placed): boolean {
  const near = (one: number, other: number) => Math.abs(one - other) < 0.5;
  if (!near(a.at.x, b.at.x) || !near(a.at.y, b.at.y)) return false;
  const [p, q] = [a.ring, b.ring];
  if (p === null || q === null) return p === q;
  return near(p.x, q.x) && near(p.y, q.y) && near(p.width, q.width) && near(p.height, q.height);
}
