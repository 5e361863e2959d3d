import { useEffect, useRef, useState } from "react";
import { CameraPainter } from "../app/editor/cameraPainter";
import { ageOf, imageAsOf } from "../app/editor/cameras";
import type { ImageCache } from "../app/editor/images";
import { Icon } from "./Icon";
import { useEditor, useView } from "./useEditor";

interface Props {
  readonly images: ImageCache;
}

/** All cameras of the scene, side by side; a click makes one large. */
export function CameraStrip({ images }: Props) {
  const { editor } = useEditor();
  const large = useView((view) => view.camera);
  const { cameras } = editor.work.scene;
  if (cameras.length === 0) {
    return (
      <section className="camera-strip empty-strip" aria-label="Cameras">
        <Icon name="camera" /> This scene has no cameras.
      </section>
    );
  }
  return (
    <section className="camera-strip" aria-label="Cameras">
      {cameras.map((camera) => (
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

interface TileProps extends Props {
  readonly camera: number;
  readonly name: string;
  readonly isLarge: boolean;
}

function CameraTile({ camera, name, images, isLarge }: TileProps) {
  const { editor } = useEditor();
  const toggle = () => editor.view.setState({ camera: isLarge ? null : camera });
  return (
    <figure className={`camera-tile ${isLarge ? "chosen" : ""}`}>
      <CameraCanvas camera={camera} name={name} images={images} onBackground={toggle} />
      <figcaption>
        <button
          type="button"
          className="camera-name"
          aria-label={`${isLarge ? "Close" : "Enlarge"} camera ${name}`}
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
  const known = editor.work.scene.cameras.find((one) => one.index === camera);
  if (camera === null || known === undefined) return null;
  return (
    <figure className="large-camera" key={camera}>
      <CameraCanvas camera={camera} name={known.name} images={images} onBackground={noop} />
      <figcaption>
        {known.name}
        <span className="faint"> wheel zooms, drag pans, double-click shows all</span>
        <span className="grow" />
        <button
          type="button"
          className="button icon small quiet"
          aria-label="Close the large camera"
          onClick={() => editor.view.setState({ camera: null })}
        >
          <Icon name="close" />
        </button>
      </figcaption>
    </figure>
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
}

function CameraCanvas({ camera, name, images, onBackground }: CanvasProps) {
  const { editor } = useEditor();
  const canvas = useRef<HTMLCanvasElement>(null);
  const background = useRef(onBackground);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    background.current = onBackground;
  });
  useEffect(() => {
    if (canvas.current === null) return;
    const painter = new CameraPainter(canvas.current, {
      editor,
      images,
      camera,
      onBackground: () => background.current(),
      onProblem: setProblem,
    });
    return () => painter.dispose();
  }, [editor, images, camera]);
  return (
    <div className="camera-canvas">
      <canvas ref={canvas} role="img" aria-label={`Camera ${name} with the cuboids in it`} />
      <PictureAge camera={camera} />
      {problem !== null && <p className="camera-problem">{problem}</p>}
    </div>
  );
}
