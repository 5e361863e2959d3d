/** Which part of a picture a canvas shows: zoom and pan, as pure functions. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture's pixel (u, v) is at ((u + 0.5) * scale + x, (v + 0.5) * scale + y) of the canvas. */
export interface PictureView {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

const MOST_ZOOM = 40;

/** All of the picture, in the middle. */
export function fitted(picture: Size, canvas: Size): PictureView {
  const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
  return {
    scale,
    x: (canvas.width - scale * picture.width) / 2,
    y: (canvas.height - scale * picture.height) / 2,
  };
}

/** Zoomed about a point of the canvas; never smaller than the whole picture. */
export function zoomed(
  view: PictureView,
  factor: number,
  at: { readonly x: number; readonly y: number },
  picture: Size,
  canvas: Size,
): PictureView {
  const whole = fitted(picture, canvas);
  const scale = Math.min(whole.scale * MOST_ZOOM, Math.max(whole.scale, view.scale * factor));
  const by = scale / view.scale;
  return kept({ scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by }, picture, canvas);
}

export function panned(
  view: PictureView,
  dx: number,
  dy: number,
  picture: Size,
  canvas: Size,
): PictureView {
  return kept({ ...view, x: view.x + dx, y: view.y + dy }, picture, canvas);
}

/** The picture covers the canvas, or stands in its middle when it is the smaller one. */
function kept(view: PictureView, picture: Size, canvas: Size): PictureView {
  return {
    scale: view.scale,
    x: within(view.x, view.scale * picture.width, canvas.width),
    y: within(view.y, view.scale * picture.height, canvas.height),
  };
}

function within(offset: number, length: number, room: number): number {
  if (length <= room) return (room - length) / 2;
  return Math.min(0, Math.max(room - length, offset));
}

/** The picture's pixel under a point of the canvas. */
export function pixelAt(view: PictureView, x: number, y: number): readonly [number, number] {
  return [(x - view.x) / view.scale - 0.5, (y - view.y) / view.scale - 0.5];
}
