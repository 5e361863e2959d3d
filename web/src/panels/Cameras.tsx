import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { useStore } from "zustand";
import { CameraPainter } from "../app/editor/cameraPainter";
import { ageOf, imageAsOf } from "../app/editor/cameras";
import type { ImageCache } from "../app/editor/images";
import { LIGHTS, type PictureLight, USUAL_LIGHT } from "../app/editor/look";
import { Slider } from "./DisplayPanel";
import { CommandButton } from "./CommandButton";
import { Icon } from "./Icon";
import { PopoverButton } from "./PopoverButton";
import { useEditor, useLook, useView } from "./useEditor";

interface Props {
  readonly images: ImageCache;
}

/** All cameras of the scene, side by side; a click makes one large. */
export function CameraStrip({ images }: Props) {
  const { editor } = useEditor();
  const large = useView((view) => view.camera);
  return (
    <section className="camera-strip" aria-label="Cameras">
      {editor.work.scene.cameras.map((camera) => (
        <CameraTile
          key={camera.index}
          camera={camera.index}
          name={camera.name}
          images={images}
          isLarge={large === camera.index}
        />
      ))}
    </section>
  );
}

export function NoCameras() {
  return (
    <section className="no-cameras" aria-label="Cameras">
      <Icon name="camera" /> This scene has no cameras: judge by the points alone.
      <CommandButton id="view.top" text="View from the top" small />
    </section>
  );
}

interface TileProps extends Props {
  readonly camera: number;
  readonly name: string;
  readonly isLarge: boolean;
}

function CameraTile({ camera, name, images, isLarge }: TileProps) {
  const { editor } = useEditor();
  const popped = useStore(editor.popOuts.store, ({ open }) => open.has(camera));
  const toggle = () => editor.view.setState({ camera: isLarge ? null : camera });
  const title = isLarge ? `Close camera ${name}` : `Enlarge camera ${name}`;
  return (
    <figure className={`camera-tile ${isLarge ? "chosen" : ""}`} title={title}>
      {popped ? (
        <button
          type="button"
          className="camera-elsewhere"
          onClick={() => editor.popOuts.close(camera)}
        >
          In its own window.
          <span className="button small on-scene">Bring it back</span>
        </button>
      ) : (
        <CameraCanvas camera={camera} name={name} images={images} onBackground={toggle} />
      )}
      <figcaption>
        <button
          type="button"
          className="camera-name cut"
          aria-label={title}
          aria-pressed={isLarge}
          onClick={toggle}
        >
          {name}
        </button>
      </figcaption>
    </figure>
  );
}

/** The chosen camera beside the 3D view, to zoom and pan. */
export function LargeCamera({ images }: Props) {
  const { editor } = useEditor();
  const camera = useView((view) => view.camera);
  const painter = useRef<CameraPainter>(null);
  const known = editor.work.scene.cameras.find((one) => one.index === camera);
  if (camera === null || known === undefined) return null;
  const popOut = () => {
    editor.popOuts.show(camera, known.name);
    if (editor.popOuts.store.getState().open.has(camera)) editor.view.setState({ camera: null });
  };
  return (
    <figure className="large-camera" key={camera}>
      <CameraCanvas
        camera={camera}
        name={known.name}
        images={images}
        painterRef={painter}
        onBackground={noop}
      />
      <figcaption>
        <span className="cut">{known.name}</span>
        <span className="faint camera-hint cut">{HINT}</span>
        <span className="grow" />
        <PopOutBlocked />
        <LightButton />
        <button
          type="button"
          className="button icon small quiet"
          aria-label="Show the whole picture"
          title={`Show the whole picture (${HINT})`}
          onClick={() => painter.current?.whole()}
        >
          <Icon name="all" />
        </button>
        <button
          type="button"
          className="button icon small quiet"
          aria-label="Open the camera in a window of its own"
          title="Open the camera in a window of its own"
          onClick={popOut}
        >
          <Icon name="window" />
        </button>
        <button
          type="button"
          className="button icon small quiet"
          aria-label="Close the large camera"
          title="Close the large camera (Esc)"
          onClick={() => editor.view.setState({ camera: null })}
        >
          <Icon name="close" />
        </button>
      </figcaption>
    </figure>
  );
}

const HINT = "wheel zooms, drag pans, double-click looks there in 3D";

function PopOutBlocked() {
  const { editor } = useEditor();
  const blocked = useStore(editor.popOuts.store, (state) => state.blocked);
  if (!blocked) return null;
  return (
    <span role="alert" className="camera-blocked cut" title={BLOCKED}>
      {BLOCKED}
    </span>
  );
}

const BLOCKED = "The browser blocked the window: allow pop-ups for this page.";

/** The cameras that stand in windows of their own; they go with the editor. */
export function PopOutCameras({ images }: Props) {
  const { editor } = useEditor();
  const open = useStore(editor.popOuts.store, (state) => state.open);
  useEffect(() => () => editor.popOuts.closeAll(), [editor]);
  return [...open].map(([camera, { body }]) => {
    const name = editor.work.scene.cameras.find((one) => one.index === camera)?.name ?? "";
    return createPortal(
      <CameraCanvas camera={camera} name={name} images={images} onBackground={noop} looks />,
      body,
      `${camera}`,
    );
  });
}

/** Brightness and contrast of all pictures. */
function LightButton() {
  const { editor } = useEditor();
  const light = useLook((look) => look.light);
  const set = (change: Partial<PictureLight>) =>
    editor.look.setState({ light: { ...light, ...change } });
  return (
    <PopoverButton
      id="light-panel"
      name="Brightness and contrast of the pictures"
      icon="light"
      className="icon quiet"
      pressed={light.brightness !== 1 || light.contrast !== 1}
      side="right"
    >
      <div className="popover-head">
        <h3>Pictures</h3>
        <button type="button" className="button small quiet" onClick={() => set(USUAL_LIGHT)}>
          Reset
        </button>
      </div>
      {(["brightness", "contrast"] as const).map((part) => (
        <Slider
          key={part}
          name={part === "brightness" ? "Brightness" : "Contrast"}
          value={light[part]}
          least={LIGHTS.least}
          most={LIGHTS.most}
          text={`${Math.round(100 * light[part])} %`}
          onChange={(value) => set({ [part]: value })}
        />
      ))}
    </PopoverButton>
  );
}

function noop(): void {
  // A click beside every cuboid leaves the large picture as it is.
}

/** Said only where the picture is not of the shown frame: cuboids then stand where things are now. */
function PictureAge({ camera }: { readonly camera: number }) {
  const { editor } = useEditor();
  const { scene } = editor.work;
  const frameIndex = useView((view) => view.frameIndex);
  const image = imageAsOf(scene, frameIndex, camera);
  const age = image === null ? null : ageOf(scene, frameIndex, image);
  return age === null ? null : <span className="picture-age numbers">{age}</span>;
}

interface CanvasProps extends Props {
  readonly camera: number;
  readonly name: string;
  readonly onBackground: () => void;
  readonly painterRef?: { current: CameraPainter | null };
  /** A double click looks there in 3D. */
  readonly looks?: true;
}

function CameraCanvas({ camera, name, images, onBackground, painterRef, looks }: CanvasProps) {
  const { editor } = useEditor();
  const picture = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const mark = useRef<HTMLSpanElement>(null);
  const background = useRef(onBackground);
  const [problem, setProblem] = useState<string | null>(null);
  const looksOnDoubleClick = looks === true || painterRef !== undefined;
  useEffect(() => {
    background.current = onBackground;
  });
  useEffect(() => {
    if (picture.current === null || overlay.current === null || mark.current === null) return;
    const layers = { picture: picture.current, overlay: overlay.current, mark: mark.current };
    const painter = new CameraPainter(layers, {
      editor,
      images,
      camera,
      looksOnDoubleClick,
      onBackground: () => background.current(),
      onProblem: setProblem,
    });
    if (painterRef !== undefined) painterRef.current = painter;
    return () => painter.dispose();
  }, [editor, images, camera, looksOnDoubleClick, painterRef]);
  return (
    <div className="camera-canvas">
      <canvas ref={picture} />
      <canvas ref={overlay} role="img" aria-label={`Camera ${name} with the cuboids in it`} />
      <span ref={mark} className="camera-mark" hidden />
      <PictureAge camera={camera} />
      {problem !== null && (
        <p className="camera-problem">
          <span>{problem}</span>
        </p>
      )}
    </div>
  );
}
