/** A rectangle of a page, a canvas or a dock: CSS pixels from its top left corner, y pointing down. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
