import { expect, test } from "vitest";
import { Refused } from "../../api/http";
import { withAddresses } from "../../model/frameText";
import type { Found } from "./look";
import { FolderUpload } from "./upload";

const ORDER = { labels: ["Car"], project: "P", makesProject: true, instruction: "" };
const FRAME = '{"points":[{"t":1541196976735462123}],"images":[{"image_url":"b.jpg"}]}';

function found(): Found {
  const frame = (path: string) => ({
    path,
    file: new File([FRAME], path),
    bytes: FRAME.length,
    pictures: new Map([["b.jpg", "b.jpg"]]),
  });
  return {
    name: "",
    frames: [frame("0.json"), frame("1.json")],
    pictures: new Map([["b.jpg", new File(["bb"], "b.jpg")]]),
    remote: 0,
    missing: [],
    broken: [],
    tooLarge: [],
    ignored: [],
    bytes: 2 + 2 * FRAME.length,
  };
}

const reader = {
  withAddresses: async (file: File, addresses: ReadonlyMap<string, string>) =>
    new Blob([withAddresses(await file.text(), addresses)]),
};

/** A server that refuses some names, as often as it is told. */
function server(refusals: Record<string, number> = {}) {
  const got: [string, string][] = [];
  const made: (readonly string[])[] = [];
  return {
    got,
    made,
    send: async (name: string, content: Blob, onSent: (bytes: number) => void, signal: AbortSignal) => {
      signal.throwIfAborted();
      if ((refusals[name] ?? 0) > 0) {
        refusals[name]! -= 1;
        throw new Refused(503, "The server has no space left for files.");
      }
      onSent(content.size);
      got.push([name, await content.text()]);
      return { id: "", created_at: "", mime_type: "", size: 0, name, attachment_url: `scaledata://a/${name}` };
    },
    make: (order: { readonly attachments: readonly string[] }) => {
      made.push(order.attachments);
      return Promise.resolve({ task_id: "7" });
    },
  };
}

test("pictures go first, frames name them by their new address, and the task has all in order", async () => {
  const to = server();
  const upload = new FolderUpload(found(), reader, to);
  await upload.run(ORDER);
  expect(to.got[0]).toEqual(["b.jpg", "bb"]);
  expect(to.got[1]?.[1]).toBe(FRAME.replace("b.jpg", "scaledata://a/b.jpg"));
  expect(to.made).toEqual([["scaledata://a/0.json", "scaledata://a/1.json"]]);
  expect(upload.state.getState()).toEqual({ kind: "made", taskId: "7" });
});

test("a file that fails stops the upload by name; trying again sends only what is not there", async () => {
  const to = server({ "1.json": 1 });
  const upload = new FolderUpload(found(), reader, to);
  await upload.run(ORDER);
  expect(upload.state.getState()).toMatchObject({
    kind: "stopped",
    path: "1.json",
    sentence: "The server has no space left for files.",
  });
  expect(to.made).toEqual([]);
  await upload.run(ORDER);
  expect(upload.state.getState().kind).toBe("made");
  expect(to.got.filter(([name]) => name === "b.jpg")).toHaveLength(1);
});

test("a task that is refused names no file", async () => {
  const to = server();
  const upload = new FolderUpload(found(), reader, {
    ...to,
    make: () => Promise.reject(new Refused(404, "Project with that name not found.")),
  });
  await upload.run(ORDER);
  expect(upload.state.getState()).toMatchObject({ kind: "stopped", path: null });
});

test("canceled, nothing more is sent and no task is made", async () => {
  const to = server();
  const upload = new FolderUpload(found(), reader, {
    ...to,
    send: (name, content, onSent, signal) => {
      upload.cancel();
      return to.send(name, content, onSent, signal);
    },
  });
  await upload.run(ORDER);
  expect([to.got, to.made]).toEqual([[], []]);
  expect(upload.state.getState().kind).toBe("sending");
});
