/** Everything of one open task that panels, tools and the scene share. */

import type { Work } from "../../api/types";
import type { Cuboid } from "../../geometry/cuboid";
import type { Vec3 } from "../../geometry/vec";
import type { Document } from "../../model/document";
import { keysOf } from "../../model/interpolate";
import { thingOf } from "../../model/polygons";
import { create, type StoreApi } from "../store";
import { camerasOf, cameraUsed, type FrameCamera } from "./cameras";
import { Dock } from "./dock";
import { createLook, type Look } from "./look";
import type { Batch } from "./batch";
import type { Clip } from "./copying";
import { createFlow, type Flow } from "./flow";
import { cuboidAt, type Place, toCuboid, type Write } from "./edits";
import { type Drawn, labelsFor } from "./granted";
import { type LabelEntry, labelEntries, UNKNOWN_COLOUR } from "./labels";
import { placeKey } from "./place";
import { PopOuts } from "./popOut";
import { RestingPictures } from "../../workers/pictures";
import { lockedAmong } from "./setAside";
import { type Selection, ranged, selectionOf, toggled } from "./selection";
import { sameTracks, type ShownCuboid, shownCuboids, type ShownPolygon } from "./shown";
import { shownPolygons, type Track, tracks } from "./shown";
import { OpenPlaces } from "./openPlaces";
import { Player } from "./player";
import { FramesCheck } from "./framesCheck";
import type { Stage } from "./stage";
import { createView, goToFrame, type View } from "./viewState";
import { Tour } from "./tour";
import type { TaskWork } from "./work";

const LOCKED = "The object is locked. Unlock it to move, size or delete it.";
const SAID_FOR_MS = 6_000;

export class Editor {
  readonly work: Work;
  readonly task: TaskWork;
  readonly view: View;
  /** How this person looks at points and pictures. */
  readonly look: Look;
  /** How this person goes from object to object. */
  readonly flow: Flow;
  /** Where this person's panels stand. */
  readonly dock: Dock;
  readonly popOuts = new PopOuts();
  readonly restingPictures = new RestingPictures();
  readonly labels: readonly LabelEntry[];
  readonly frames_ns: readonly number[];
  readonly player: Player;
  readonly tour: Tour;
  readonly framesCheck: FramesCheck;
  /** What may be wrong where one works, as of the last moment of rest. */
  readonly openPlaces: OpenPlaces;
  /** Changes whenever the points of a frame have come or gone. */
  readonly decoded: StoreApi<{ readonly changes: number }> = create({ changes: 0 });
  /** What the last command has to say, for a few seconds. */
  readonly notice: StoreApi<{ readonly sentence: string | null }> = create<{
    sentence: string | null;
  }>({ sentence: null });
  /** What was copied in this window. */
  clip: Clip | null = null;
  /** The 3D view, while it is on the page. */
  stage: Stage | null = null;
  /** The batch view, while it is on the page. */
  batch: Batch | null = null;
  #shown: {
    document: Document;
    time_ns: number;
    hidden: readonly string[];
    list: readonly ShownCuboid[];
    polygons: readonly ShownPolygon[];
  } | null = null;
  #tracks: readonly Track[] = [];
  #silence: ReturnType<typeof setTimeout> | null = null;

  constructor(work: Work, task: TaskWork) {
    this.work = work;
    this.task = task;
    this.look = createLook(task.personId);
    this.flow = createFlow(task.personId);
    this.dock = new Dock(task.personId);
    this.labels = labelEntries(work.config.labels);
    this.frames_ns = work.scene.frames.map((frame) => frame.time_ns);
    this.view = createView(placeKey(task.personId, work.document_id), {
      frames: this.frames_ns.length,
      label: this.labels[0]?.name ?? "",
      instructions: work.instructions !== null && work.seq === 0,
    });
    this.tour = new Tour(this);
    this.framesCheck = new FramesCheck(this);
    this.openPlaces = new OpenPlaces(this);
    this.player = new Player({
      times_ns: this.frames_ns,
      shown: () => this.frameIndex,
      show: (index) => this.goTo(index),
      isDecoded: (index) => this.stage?.isDecoded(index) ?? true,
      due: (index) => this.stage?.aim(index),
    });
  }

  get document(): Document {
    return this.task.store.view().document;
  }

  get frameIndex(): number {
    return this.view.getState().frameIndex;
  }

  get time_ns(): number {
    return this.frames_ns[this.frameIndex] ?? 0;
  }

  /** Only frames that the stage lists may be labeled; the others are there to look at. */
  get mayLabelFrame(): boolean {
    return this.work.config.frames.includes(this.frameIndex);
  }

  get mayEdit(): boolean {
    return this.mayEditTracks && this.mayLabelFrame;
  }

  /** As `mayEdit`, for edits that name the frames which they are about. */
  get mayEditTracks(): boolean {
    return this.view.getState().revision === null && this.task.status.getState().editing;
  }

  colour(label: string): string {
    return this.labels.find((entry) => entry.name === label)?.colour ?? UNKNOWN_COLOUR;
  }

  /** The sign of a label, for where its colour stands alone. */
  tag(label: string): string {
    return this.labels.find((entry) => entry.name === label)?.tag ?? "?";
  }

  /** As customers wrote it for labelers; the name itself when the label is not of this stage. */
  display(label: string): string {
    return this.labels.find((entry) => entry.name === label)?.display ?? label;
  }

  /** The cuboids of the current frame that are not hidden; the same list until something changes. */
  shown(): readonly ShownCuboid[] {
    return this.#shownNow().list;
  }

  /** The polygons of the current frame that are not hidden; the same list until something changes. */
  polygons(): readonly ShownPolygon[] {
    return this.#shownNow().polygons;
  }

  #shownNow() {
    const { document, time_ns } = this;
    const { hidden } = this.view.getState();
    const last = this.#shown;
    if (last?.document !== document || last.time_ns !== time_ns || last.hidden !== hidden) {
      const isSeen = ({ id }: { readonly id: string }) => !hidden.includes(id);
      const list = shownCuboids(document, time_ns).filter(isSeen);
      const polygons = this.draws("polygon") ? shownPolygons(document, time_ns).filter(isSeen) : [];
      this.#shown = { document, time_ns, hidden, list, polygons };
      return this.#shown;
    }
    return last;
  }

  /** Whether an object may have this label: cuboids and polygons can have labels of their own. */
  mayBe(id: string, label: string): boolean {
    const kind = thingOf(this.document, id)?.kind;
    return kind !== undefined && labelsFor(this.work.config, kind).includes(label);
  }

  /** Whether such objects are asked for in this task. */
  draws(kind: Drawn): boolean {
    return this.work.config.kinds.includes(kind);
  }

  /** Every track; the same list until a step or an edit changes something in it. */
  tracks(): readonly Track[] {
    const now = tracks(this.document, this.time_ns);
    if (!sameTracks(now, this.#tracks)) this.#tracks = now;
    return this.#tracks;
  }

  /** The cuboid as shown now, also when it is not there in this frame; null when unknown. */
  cuboid(id: string): Cuboid | null {
    const pose = cuboidAt(this.document, id, this.time_ns);
    return pose === null ? null : toCuboid(pose);
  }

  exists(id: string): boolean {
    return thingOf(this.document, id) !== null;
  }

  cameras(): readonly FrameCamera[] {
    return camerasOf(this.work.scene, this.frameIndex);
  }

  /** Now, and by the camera that shows this point. */
  place(point: Vec3): Place {
    const large = this.view.getState().camera;
    return { time_ns: this.time_ns, cameraUsed: cameraUsed(this.cameras(), large, point) };
  }

  edit(writes: readonly Write[], may = this.mayEdit): void {
    this.player.pause();
    if (!may) return;
    const locked = lockedAmong(writes, this.view.getState().locked);
    if (locked.length > 0) this.say(LOCKED);
    else this.task.edit(writes);
  }

  /** An edit, or the sentence that says why there is none. */
  attempt(writes: readonly Write[] | string): void {
    if (typeof writes === "string") this.say(writes);
    else this.edit(writes);
  }

  say(sentence: string): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.notice.setState({ sentence });
    this.#silence = setTimeout(() => this.notice.setState({ sentence: null }), SAID_FOR_MS);
  }

  /** The objects that commands are about, the one with handles first. */
  get selection(): readonly string[] {
    return selectionOf(this.view.getState()).filter((id) => this.exists(id));
  }

  select(id: string | null): void {
    this.#choose({ selected: id, also: [] });
  }

  /** To what is selected, or away from it. */
  toggle(id: string): void {
    this.#choose(toggled(this.view.getState(), id));
  }

  /** From the one with handles to this one, as a list has them. */
  selectUpTo(id: string, order: readonly string[]): void {
    this.#choose(ranged(this.view.getState(), id, order));
  }

  /** These and no others, the first with handles. */
  selectAll([first, ...also]: readonly string[]): void {
    this.#choose({ selected: first ?? null, also });
  }

  #choose({ selected, also }: Selection): void {
    const now = this.view.getState();
    if (now.selected === selected && now.also.length === 0 && also.length === 0) return;
    this.view.setState({ selected, also });
  }

  /** The next frame that may be labeled, by its index; null: this is the last one. */
  nextLabeledFrame(): number | null {
    const later = this.work.config.frames.filter((frame) => frame > this.frameIndex);
    return later.length === 0 ? null : Math.min(...later);
  }

  /** To the nearest frame that there is; ends playing, unless it is the player that goes. */
  goTo(index: number): void {
    goToFrame(this.view, index, this.frames_ns.length);
  }

  step(by: number): void {
    this.player.pause();
    this.goTo(this.frameIndex + by);
  }

  /** To the nearest key of the selected object in this direction, if there is one. */
  stepToKey(direction: 1 | -1): void {
    const { selected } = this.view.getState();
    if (selected === null) return;
    this.player.pause();
    const { time_ns } = this;
    const keys = keysOf(this.document, selected).filter((key) => (key - time_ns) * direction > 0);
    const next = direction === 1 ? keys[0] : keys.at(-1);
    const index = next === undefined ? -1 : this.frames_ns.indexOf(next);
    if (index >= 0) this.goTo(index);
  }
}
