/** The batch view: one object in all of its frames, and what hands and commands do to it there. */

import type { Cuboid } from "../../geometry/cuboid";
import type { Vec3 } from "../../geometry/vec";
import { keysOf } from "../../model/interpolate";
import { BoardHands, ONLY } from "../../scene3d/boardhands";
import { type Cropper, startCropper } from "../../scene3d/cropper";
import { cropGrid, type CropSides, perPage } from "../../scene3d/cropgrid";
import type { NearCloud } from "../../scene3d/nearcloud";
import type { Size } from "../../scene3d/viewpoint";
import type { CuboidEdit, Preview, ToolContext } from "../../tools/cuboid";
import { ToolDriver } from "../../tools/driver";
import { among, type Choice, clicked, everything, NONE, stepped } from "../../tools/choice";
import { likewise } from "../../tools/likewise";
import { create, type StoreApi } from "../store";
import { type CropPose, framesOfTrack, poseIn, posesWritten, type PoseChange } from "./batchEdits";
import { BatchPictures } from "./batchPictures";
import type { FrameSource } from "./cropPoints";
import { cameraUsed, camerasOf } from "./cameras";
import { cuboidObject, type Write } from "./edits";
import type { Editor } from "./editor";
import { measuresOf, Shape } from "./shape";
import type { Stage } from "./stage";

export interface BatchState {
  /** All frames of the object's track, by index. */
  readonly frames: readonly number[];
  readonly page: number;
  readonly pages: number;
  readonly sides: CropSides;
  readonly choice: Choice;
  /** The frame of the crop under the pointer. */
  readonly hovered: number | null;
}

const ZOOMS = { least: 0.25, most: 4 } as const;
const POINT_AT = "Point at a crop, or choose some by clicks.";

export class Batch {
  readonly state: StoreApi<BatchState> = create<BatchState>({
    frames: [],
    page: 0,
    pages: 1,
    sides: "top",
    choice: NONE,
    hovered: null,
  });
  readonly element: HTMLElement;
  readonly pictures: BatchPictures;
  readonly #editor: Editor;
  readonly #hands: BoardHands;
  readonly #driver: ToolDriver;
  readonly #undo: (() => void)[];
  #id: string | null = null;
  /** The frame in whose crop the hand is. */
  #at = -1;
  #size: Size = { width: 1, height: 1 };

  constructor(element: HTMLElement, editor: Editor, stage: Stage) {
    this.element = element;
    this.#editor = editor;
    const cropper = startCropper();
    this.pictures = new BatchPictures(editor, sourceOf(stage, editor, cropper), element, cropper, () => this.refresh());
    this.#driver = new ToolDriver({
      context: () => this.#context(),
      preview: (preview) => this.#showPreview(preview),
      trace: () => undefined,
      sketch: () => undefined,
      shape: () => undefined,
      made: () => false,
      commit: (edit) => this.#commit(edit),
      select: () => undefined,
      toggle: () => undefined,
      mode: () => undefined,
    });
    this.#hands = new BoardHands(this.pictures.board, {
      send: (frame, input) => {
        this.#at = frame;
        return this.#driver.handle(input);
      },
      click: (frame, modifiers) => this.#click(frame, modifiers),
      open: (frame) => this.goTo(frame),
      hover: (hovered) => this.state.setState({ hovered }),
      zoom: (factor) => {
        const zoom = this.pictures.zoom * factor;
        this.pictures.zoom = Math.min(ZOOMS.most, Math.max(ZOOMS.least, zoom));
        this.refresh();
      },
    });
    const resized = new ResizeObserver(() => this.#measure());
    resized.observe(element);
    stage.view.rest(true);
    this.#undo = [
      () => cropper.stop(),
      () => stage.view.rest(false),
      () => resized.disconnect(),
      editor.view.subscribe(() => this.refresh()),
      editor.task.store.subscribe(() => this.refresh()),
      editor.task.status.subscribe(() => this.refresh()),
      editor.look.subscribe(() => this.refresh()),
    ];
    editor.batch = this;
    this.#measure();
  }

  dispose(): void {
    for (const undo of this.#undo) undo();
    this.#hands.stop();
    this.pictures.dispose();
    if (this.#editor.batch === this) this.#editor.batch = null;
  }

  get mayEdit(): boolean {
    const { mayEditTracks, view } = this.#editor;
    return mayEditTracks && this.#id !== null && !view.getState().locked.includes(this.#id);
  }

  /** The object in a frame of its track, whether it is on the page or not. */
  pose(frame: number): CropPose | null {
    const { document, frames_ns } = this.#editor;
    const time_ns = frames_ns[frame];
    return this.#id === null || time_ns === undefined ? null : poseIn(document, this.#id, frame, time_ns);
  }

  // What is shown ----------------------------------------------------------------------------

  refresh(): void {
    const editor = this.#editor;
    const { selected } = editor.view.getState();
    if (selected === null || cuboidObject(editor.document, selected) === null) {
      this.close();
      return;
    }
    if (selected !== this.#id) this.#begin(selected);
    const frames = this.#frames(selected);
    const { sides, choice } = this.state.getState();
    const grid = cropGrid(this.#size, frames.length, sides);
    const size = perPage(grid);
    const pages = Math.max(1, Math.ceil(frames.length / size));
    const page = Math.min(this.state.getState().page, pages - 1);
    const now: Partial<BatchState> = { frames, pages, page, choice: among(choice, frames) };
    this.#set(now);
    const shown = frames.slice(page * size, (page + 1) * size).flatMap((frame) => this.pose(frame) ?? []);
    this.pictures.show({ id: selected, grid, sides, poses: shown, chosen: now.choice!.chosen, mayEdit: this.mayEdit });
  }

  showSides(sides: CropSides): void {
    this.state.setState({ sides });
    this.refresh();
  }

  showPage(page: number): void {
    const { pages } = this.state.getState();
    this.#set({ page: Math.min(pages - 1, Math.max(0, page)) });
    this.refresh();
  }

  #begin(id: string): void {
    this.#driver.cancel();
    this.#id = id;
    this.#set({ frames: [], page: 0, choice: NONE });
    const frames = this.#frames(id);
    const at = frames.indexOf(this.#editor.frameIndex);
    const size = perPage(cropGrid(this.#size, frames.length, this.state.getState().sides));
    this.#set({ page: at < 0 ? 0 : Math.floor(at / size) });
  }

  /** Frames that were part of the track while it is looked at stay, so that they can be brought back. */
  #frames(id: string): readonly number[] {
    const { document, work, frames_ns } = this.#editor;
    const known = this.state.getState().frames;
    const now = framesOfTrack(document, id, work.config.frames, frames_ns);
    const all = [...new Set([...known, ...now])].sort((a, b) => a - b);
    return all.length === known.length && all.every((frame, k) => frame === known[k]) ? known : all;
  }

  #set(now: Partial<BatchState>): void {
    const before = this.state.getState();
    const isSame = (Object.keys(now) as (keyof BatchState)[]).every((key) => now[key] === before[key]);
    if (!isSame) this.state.setState(now);
  }

  #measure(): void {
    const { clientWidth, clientHeight } = this.element;
    this.#size = { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) };
    this.pictures.resize(this.#size);
    this.refresh();
  }

  // Choosing and going -----------------------------------------------------------------------

  /** Where a command acts: on what is chosen, else on the crop under the pointer. */
  get targets(): readonly number[] {
    const { choice, hovered, frames } = this.state.getState();
    if (choice.chosen.size > 0) return frames.filter((frame) => choice.chosen.has(frame));
    return hovered === null ? [] : [hovered];
  }

  chooseAll(): void {
    this.#choose(everything(this.state.getState().frames));
  }

  /** To the crop so many further on, or to the next keyframe in this direction. */
  step(by: number, onlyKeys = false): void {
    const { choice, frames } = this.state.getState();
    const { document, frames_ns } = this.#editor;
    const keys = new Set(this.#id === null ? [] : keysOf(document, this.#id));
    const order = onlyKeys ? frames.filter((frame) => frame === choice.anchor || keys.has(frames_ns[frame]!)) : frames;
    this.#choose(stepped(choice, order, by));
    const { anchor } = this.state.getState().choice;
    const at = anchor === null ? -1 : frames.indexOf(anchor);
    if (at >= 0) this.showPage(Math.floor(at / this.pictures.pageSize));
  }

  #click(frame: number | null, modifiers: { readonly shift: boolean; readonly ctrl: boolean }): void {
    const { choice, frames } = this.state.getState();
    this.#choose(frame === null ? NONE : clicked(choice, frame, frames, modifiers));
  }

  #choose(choice: Choice): void {
    this.state.setState({ choice });
    this.refresh();
  }

  goTo(frame: number): void {
    const editor = this.#editor;
    const id = this.#id;
    editor.player.pause();
    editor.goTo(frame);
    this.close();
    if (id !== null) editor.stage?.lookAt(id);
  }

  /** Ends a gesture, else the view. */
  escape(): void {
    if (this.#driver.busy) this.#hands.cancel();
    else this.close();
  }

  close(): void {
    this.#editor.view.setState({ batch: false });
  }

  // Edits ------------------------------------------------------------------------------------

  edit(writes: readonly Write[] | string): void {
    if (typeof writes === "string") this.#editor.say(writes);
    else this.#editor.edit(writes, this.#editor.mayEditTracks);
  }

  /** With the object and the frames to act on; says what to do when there are none. */
  withTargets(act: (id: string, frames: readonly number[]) => void): void {
    const { targets } = this;
    if (this.#id === null || !this.mayEdit) return;
    if (targets.length === 0) this.#editor.say(POINT_AT);
    else act(this.#id, targets);
  }

  /** One edit: each of these frames gets the pose that `changed` makes of its own; null: it stays. */
  change(frames: readonly number[], changed: (pose: CropPose) => Cuboid | null): number {
    const id = this.#id;
    if (id === null) return 0;
    const changes = frames.flatMap((frame): PoseChange[] => {
      const pose = this.pose(frame);
      const cuboid = pose === null ? null : changed(pose);
      return cuboid === null ? [] : [{ cuboid, at: this.place(frame, cuboid) }];
    });
    if (changes.length > 0) this.edit(posesWritten(this.#editor.document, id, changes));
    return changes.length;
  }

  place(frame: number, { centre }: Cuboid) {
    const { work, view, frames_ns } = this.#editor;
    const camera = cameraUsed(camerasOf(work.scene, frame), view.getState().camera, centre);
    return { time_ns: frames_ns[frame]!, cameraUsed: camera };
  }

  /** Where the sensor is in a frame, world metres. */
  eye(frame: number): Vec3 {
    return this.#editor.work.scene.frames[frame]?.device_position_m ?? [0, 0, 0];
  }

  /** What brings the object to the points around it in a frame. */
  shapeOf(frame: number, near: NearCloud): Shape {
    return new Shape(measuresOf(near.chunk), () => this.eye(frame));
  }

  #context(): ToolContext {
    const frame = this.#at;
    return {
      selected: ONLY,
      cuboid: () => (this.mayEdit ? (this.pose(frame)?.cuboid ?? null) : null),
      // Nothing is placed here.
      placing: { size: [1, 1, 1], yawRad: 0 },
      polygon: () => null,
      pointOn: () => null,
      standingIn: () => null,
      lassoed: () => null,
      shrunk: (cuboid, faces) => {
        const near = this.pictures.points.peek(frame);
        return near === null ? null : this.shapeOf(frame, near).shrunk(cuboid, faces);
      },
    };
  }

  /** What is done in a chosen crop is done in all chosen ones; in another one it is done there alone. */
  #heldFrames(): readonly number[] {
    const { choice, frames } = this.state.getState();
    const id = this.#id;
    if (id !== null && cuboidObject(this.#editor.document, id)?.stationary === true) return frames;
    return choice.chosen.has(this.#at) ? frames.filter((frame) => choice.chosen.has(frame)) : [this.#at];
  }

  #showPreview(preview: Preview | null): void {
    const held = this.pose(this.#at)?.cuboid ?? null;
    if (preview === null || held === null) this.pictures.preview(new Map());
    else {
      this.#editor.player.pause();
      const change = likewise(held, preview.cuboid);
      const poses = this.#heldFrames().flatMap((frame) => this.pose(frame) ?? []);
      const made = poses.map(({ frame, cuboid }) =>
        [frame, frame === this.#at ? preview.cuboid : change(cuboid)] as const,
      );
      this.pictures.preview(new Map(made));
    }
    this.refresh();
  }

  #commit(edit: CuboidEdit): void {
    if (edit.kind !== "change") return;
    const change = likewise(edit.before, edit.after);
    // The frame in hand comes first: of a stationary object it is the one that is written.
    const frames = [this.#at, ...this.#heldFrames().filter((frame) => frame !== this.#at)];
    this.change(frames, ({ frame, cuboid }) => (frame === this.#at ? edit.after : change(cuboid)));
  }
}

function sourceOf(stage: Stage, editor: Editor, { cut, forget }: Cropper): FrameSource {
  return {
    cut,
    forget,
    peekFrame: (frame) => stage.feed.peek(frame),
    loadFrame: (frame) => stage.feed.load(frame),
    wantAlso: (frames) => {
      stage.feed.setAlso(frames);
      // Of a scene that is gone nothing is loaded any more.
      if (editor.stage === stage) stage.aim(editor.frameIndex);
    },
  };
}
