// How a hand makes each gesture: where it begins, which way it goes, and what is tidied up after it.

/** Between steps of a hand; each turns a little, so none ends where the one before it did. */
const STEP_PX = 3;
const VERTICES = [
  [-70, 60],
  [-60, -40],
  [70, -50],
  [80, 40],
];

/**
 * @typedef Hand
 * @property begin to where the hand goes; the tool is taken before.
 * @property along the place of each move, from there.
 * @property hover no button is down.
 * @property shift held while it lasts.
 * @property settles what it draws may stay the same.
 * @property end back to how it was.
 */

/** @param hands.page the editor; @param hands.selected the label of the object that gestures are made on. */
export function handsOf({ page, selected }) {
  const press = (key) => page.keyboard.press(key);
  const rest = (ms) => page.waitForTimeout(ms);
  const list = () => page.getByRole("region", { name: "Objects" });
  const row = () => list().getByRole("button", { name: selected }).first();
  const hook = (work, ...given) => page.evaluate(work, given);
  const counts = () =>
    hook(() => [window.groundplane.cuboids().length, window.groundplane.polygons().length].join());

  /** The object is selected by its row in the list, and looked at. */
  async function select() {
    await row().click();
    await page.locator("canvas").first().focus();
    await press("f");
    await rest(2_000);
    if ((await hook(() => window.groundplane.selected())) === null) throw new Error("nothing is selected");
  }

  const middle = async (view) => {
    const at = await hook(
      ([view]) => {
        const { cuboids, selected, worldToScreen } = window.groundplane;
        return worldToScreen(...cuboids().find(({ uuid }) => uuid === selected()).centre, view);
      },
      view,
    );
    if (at === null) throw new Error(`${view} does not show the object`);
    return at;
  };

  /** Where to take hold of the object, in pixels of the page. */
  async function grip(view, kind) {
    const at = await hook(
      ([view, kind]) => {
        const isIt = { turn: (id) => id === "turn", corner: (id) => id.includes("+"), resize: (id) => id !== "turn" };
        // From the front no front is to be held, and so on: the first that the view has.
        return window.groundplane.handles(view).find(({ id }) => isIt[kind](id)) ?? null;
      },
      view,
      kind,
    );
    if (at === null) throw new Error(`${view} has nothing to ${kind} by`);
    return at;
  }

  const undo = async () => {
    await press("Control+z");
    await rest(300);
  };
  const drag = (begin) => ({ begin, along: circling(STEP_PX / 0.35), end: undo });
  const beside = (view, right, down) => async () => {
    const { x, y } = await middle(view);
    return { x: x + right, y: y + down };
  };

  /** With a tool in hand; what it has made is taken back. */
  function making(tool, view, [right, down], more) {
    let before = "";
    const place = beside(view, right, down);
    return {
      begin: async () => {
        before = await counts();
        const at = await place();
        await press(tool);
        return at;
      },
      end: async () => {
        await press("v");
        await rest(500);
        if ((await counts()) !== before) await undo();
        await select();
      },
      ...more,
    };
  }

  async function outline(view) {
    const { x, y } = await middle(view);
    await press("Shift+P");
    for (const [right, down] of VERTICES) {
      await page.mouse.click(x + right, y + down);
      await rest(100);
    }
    return { x, y };
  }

  const vertex = (view) => ({
    begin: async () => {
      await outline("main");
      await press("Enter");
      await rest(1_000);
      return hook(
        ([view]) => {
          const { polygons, worldToScreen } = window.groundplane;
          return worldToScreen(...polygons().at(-1).vertices[1], view);
        },
        view,
      );
    },
    along: circling(STEP_PX / 0.35),
    end: async () => {
      await undo();
      await undo();
      await select();
    },
  });

  const during = (before, hand, after) => ({
    ...hand,
    begin: async () => {
      await before();
      return hand.begin();
    },
    end: async () => {
      await hand.end();
      await after();
    },
  });

  const merged = (view) => {
    const toggle = (isOn) => async () => {
      await press("y");
      if (isOn) await page.getByText(/points of \d\d frames/).waitFor();
      await rest(3_000);
    };
    return during(toggle(true), drag(() => middle(view)), toggle(false));
  };

  const checks = async () => {
    await press("Shift+K");
    await rest(2_000);
  };
  /** Ten rows of the list, the first the one that is dragged. */
  const ten = async () => {
    await list().locator(".object-list button").nth(9).click({ modifiers: ["Shift"] });
    await page.locator("canvas").first().focus();
    await rest(500);
  };

  const crops = {
    begin: async () => {
      await press("Shift+B");
      await page.waitForFunction(
        () => document.querySelector(".batch-cell") !== null && document.querySelector(".batch-wait") === null,
        null,
        { timeout: 120_000, polling: 100 },
      );
      const cells = page.locator(".batch-cell");
      const boxes = await Promise.all([0, 7].map((n) => cells.nth(n).boundingBox()));
      const [first, last] = boxes.map(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height * 0.57 }));
      await page.mouse.click(first.x, first.y);
      await page.keyboard.down("Shift");
      await page.mouse.click(last.x, last.y);
      await page.keyboard.up("Shift");
      if ((await page.locator(".batch-cell.chosen").count()) !== 8) throw new Error("not eight crops are chosen");
      return first;
    },
    along: circling(STEP_PX / 0.35),
    end: async () => {
      await undo();
      await press("Escape");
      await rest(1_000);
    },
  };

  const scrub = {
    begin: async () => {
      const box = await page.getByRole("slider", { name: "Frame" }).boundingBox();
      const frames = await page.getByRole("slider", { name: "Frame" }).getAttribute("aria-valuemax");
      const width = box.width / Number(frames);
      return { x: box.x + width / 2, y: box.y + 8, width };
    },
    /** To and fro over twenty frames, one further with each move; not ending where it began. */
    along: ({ x, y, width }, move) => [x + width * (20 - Math.abs(20 - ((move + 7) % 40))), y],
    end: () => press("Home"),
  };

  const named = {
    move: (view) => drag(() => middle(view)),
    resize: (view) => drag(() => grip(view, "resize")),
    turn: (view) => drag(() => grip(view, "turn")),
    corner: (view) => drag(() => grip(view, "corner")),
    place: (view) => making("c", view, [-120, 90], { along: circling(40, [110, -60]) }),
    rectangle: (view) =>
      making("c", view, [-50, 50], { along: circling(25, [90, -80]), shift: view === "main" }),
    lasso: (view) => making("Shift+L", view, [-60, 0], { along: circling(60, [60, 0], 5) }),
    outline: (view) => ({
      begin: () => outline(view),
      along: circling(60),
      hover: true,
      end: async () => {
        await press("Escape");
        await press("Escape");
        await select();
      },
    }),
    vertex,
    merged,
    "of ten": (view) => during(ten, drag(() => middle(view)), select),
    "with checks": (view) => during(checks, drag(() => middle(view)), checks),
    hover: (view) => ({ begin: () => middle(view), along: circling(150), hover: true, settles: true, end: select }),
    crops: () => crops,
    scrub: () => scrub,
  };
  return { hand: (view, kind) => named[kind](view), select, checks };
}

/** A circle that drifts a little, so that no round is like the last. */
function circling(radius, [right, down] = [0, 0], step = STEP_PX) {
  return ({ x, y }, move) => {
    const angle = (move * step) / radius;
    const [across, along] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    return [Math.round(x + right + across + move * 0.1), Math.round(y + down + along + move * 0.05)];
  };
}
