/**
 * What a wheel event asks for. Browsers report the wheel of a mouse, two fingers on a trackpad and a
 * pinch as the same event; a pinch carries `ctrlKey`, and the first two differ in their numbers.
 */

export type WheelGesture =
  | { readonly kind: "zoom"; readonly factor: number }
  | { readonly kind: "pan"; readonly dx: number; readonly dy: number }
  | { readonly kind: "orbit"; readonly dx: number; readonly dy: number };

export type WheelDevice = "mouse" | "trackpad";

/** What of a WheelEvent is looked at. */
export interface WheelLike {
  readonly deltaX: number;
  readonly deltaY: number;
  readonly deltaMode: number;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  /** Chromium and Safari: 120 a notch of a mouse's wheel, whatever the system scales pixels by. */
  readonly wheelDelta?: number;
}

const PIXELS = 0;
const LINE_PX = 32;
const NOTCH = 120;
const ZOOM_PER_PX = 0.0014;
/** A pinch reports hundredths of a change of scale. */
const PINCH_PER_PX = 0.01;
/** A notch of a wheel moves by more than this; a pinch claims notches, too, but moves by less. */
const LEAST_NOTCH_PX = 20;
/** Where a browser does not tell notches, only a coarse step is one. */
const COARSE_PX = 50;

/** What the person says it is, because some mice report the numbers of a trackpad; null: look. */
let said: WheelDevice | null = null;

export function sayDevice(device: WheelDevice | null): void {
  said = device;
}

/**
 * Lines, or whole notches straight up or down, come from a mouse; everything else from a trackpad.
 * Ask once a gesture, at its first event: in the midst of it a trackpad's numbers can look like a
 * mouse's.
 */
export function deviceOf(event: WheelLike): WheelDevice {
  if (said !== null) return said;
  if (event.deltaMode !== PIXELS) return "mouse";
  const straight = event.deltaX === 0 || event.deltaY === 0;
  if (!straight) return "trackpad";
  if (event.wheelDelta !== undefined && event.wheelDelta !== 0) {
    const px = Math.abs(event.deltaX + event.deltaY);
    return event.wheelDelta % NOTCH === 0 && px >= LEAST_NOTCH_PX ? "mouse" : "trackpad";
  }
  return Math.abs(event.deltaX + event.deltaY) >= COARSE_PX ? "mouse" : "trackpad";
}

export function gestureOf(event: WheelLike, device: WheelDevice): WheelGesture {
  const unit = event.deltaMode === PIXELS ? 1 : LINE_PX;
  const [x, y] = [event.deltaX * unit, event.deltaY * unit];
  if (device === "mouse") {
    // With Shift some systems turn the wheel sideways.
    return { kind: "zoom", factor: Math.exp((x + y) * ZOOM_PER_PX) };
  }
  if (event.ctrlKey) return { kind: "zoom", factor: Math.exp(y * PINCH_PER_PX) };
  // The scene follows the fingers, as a page does.
  return { kind: event.shiftKey ? "orbit" : "pan", dx: -x, dy: -y };
}

/** For a view that only zooms: less than 1 comes nearer. */
export function zoomFactor(event: WheelLike): number {
  const gesture = gestureOf(event, deviceOf(event));
  return gesture.kind === "zoom" ? gesture.factor : Math.exp(-gesture.dy * ZOOM_PER_PX);
}
