// @vitest-environment jsdom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, test } from "vitest";
import { Unreachable } from "../api/http";
import type { NewSceneCheck } from "../api/types";
import { FolderCheck } from "../app/newtask/check";
import type { Found } from "../app/newtask/look";
import { FolderUpload } from "../app/newtask/upload";
import { FolderCheckCard } from "./FolderCheckCard";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

// jsdom draws nothing. Of newer browsers it is a promise, which is no clean-up of an effect.
Element.prototype.scrollIntoView = () => Promise.resolve() as unknown as undefined;

let unmount = () => {};
afterEach(() => unmount());

const at = (frames: number | null, read: number, more: Partial<NewSceneCheck> = {}): NewSceneCheck => ({
  is_finished: false,
  frames,
  frames_read: read,
  frames_examined: read,
  failures: [],
  findings: [],
  ...more,
});
const shifted = {
  rule: "camera_shifted",
  severity: "warning",
  measured: "edges agree best 12 pixels to the left",
  advice: "Calibrate again.",
  frames: [0, 2],
  frame_count: 2,
  sensor: "front",
  picture_url: "/app/checks/7/pictures/ab",
};
const file = (path: string) => ({ path, file: new File(["{}"], path), bytes: 2, pictures: new Map<string, string>() });
const found: Found = {
  ...{ name: "drive", frames: [file("0.json"), file("1.json"), file("2.json")], pictures: new Map() },
  ...{ remote: 0, missing: [], broken: [], tooLarge: [], ignored: [], bytes: 6 },
};

/** The card of a folder, and a server that answers each look with the next of these. */
async function card(...answers: (NewSceneCheck | Error)[]) {
  const did: string[] = [];
  const upload = new FolderUpload(
    found,
    { withAddresses: (one) => Promise.resolve(one) },
    {
      send: (name, content) => {
        did.push(`send ${name}`);
        const sent = { id: "", created_at: "", mime_type: "", size: content.size, name };
        return Promise.resolve({ ...sent, attachment_url: `scaledata://a/${name}` });
      },
      make: ({ attachments }) => {
        did.push(`make ${attachments.length}`);
        return Promise.resolve({ task_id: "9" });
      },
    },
  );
  const pauses: (() => void)[] = [];
  const check = new FolderCheck(upload, {
    start: (attachments) => {
      did.push(`start ${attachments.join(" ")}`);
      return Promise.resolve("7");
    },
    look: () => {
      const next = answers.shift()!;
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
    stop: (id) => {
      did.push(`stop ${id}`);
      return Promise.resolve();
    },
    pause: () => new Promise<void>((done) => pauses.push(done)),
  });
  const host = document.createElement("div");
  const root = createRoot(host);
  unmount = () => act(() => root.unmount());
  const settled = () => new Promise((done) => setTimeout(done));
  await act(async () => {
    root.render(<FolderCheckCard found={found} upload={upload} check={check} />);
    void check.run();
    await settled();
  });
  const look = () =>
    act(async () => {
      pauses.shift()?.();
      await settled();
    });
  return { host, did, upload, check, look };
}

test("a check sends the files, tells how far it is, and shows what was found without links", async () => {
  const { host, did, upload, look } = await card(
    at(null, 0),
    at(3, 1),
    new Unreachable(null),
    at(3, 3, { is_finished: true, findings: [shifted] }),
  );
  expect(did.slice(-1)).toEqual(["start scaledata://a/0.json scaledata://a/1.json scaledata://a/2.json"]);
  expect(host.textContent).toBe("Waiting for a worker…");
  await look();
  expect(host.textContent).toBe("Reading frame 2 of 3…");
  expect(host.querySelector('[role="progressbar"]')?.getAttribute("aria-valuenow")).toBe("1");
  await look();
  expect(host.textContent).toBe("Reading frame 2 of 3…");
  await look();
  expect(host.textContent).toContain("Camera shifted front");
  expect(host.textContent).toContain("Edges agree best 12 pixels to the left. Calibrate again.Frames 1, 3");
  expect(host.querySelector("img")?.getAttribute("src")).toBe("/app/checks/7/pictures/ab");
  expect([...host.querySelectorAll("a")].map((a) => a.getAttribute("href"))).toEqual(["/app/checks/7/pictures/ab"]);
  // The task is made of what was sent for the check.
  await upload.run({ labels: ["Car"], project: "P", makesProject: true, instruction: "" });
  expect(did.slice(4)).toEqual(["make 3"]);
});

test("frames that do not come are named by their files", async () => {
  const gone = { frame: 1, message: "There is no such file.", url: "scaledata://a/1.json", status_code: 404 };
  const bad = { frame: 2, message: "points[4].y must be a number", url: "scaledata://a/2.json", status_code: 200 };
  const { host } = await card(at(3, 3, { is_finished: true, failures: [gone, bad], frames_examined: 1 }));
  const said = [...host.querySelectorAll("li")].map((li) => li.textContent);
  expect(said).toEqual([
    "error Frame 2 1.jsonThere is no such file. (HTTP 404)",
    "error Frame 3 2.jsonpoints[4].y must be a number",
  ]);
  expect(host.textContent).not.toContain("Nothing found");
});

test("a check that is stopped is forgotten by the server; one that is finished stays", async () => {
  const going = await card(at(3, 1), at(3, 2));
  act(() => going.check.cancel());
  await going.look();
  expect(going.did.slice(-1)).toEqual(["stop 7"]);
  expect(going.host.textContent).toBe("");
  unmount();
  const over = await card(at(3, 3, { is_finished: true }));
  over.check.cancel();
  await over.look();
  expect(over.did.slice(-1)[0]).toMatch(/^start/);
  expect(over.host.textContent).toContain("3 framesNothing found.");
});
