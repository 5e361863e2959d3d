/**
 * How many points are drawn while the hand moves.
 *
 * The only honest measure of a frame is the time until the next one comes while more are asked for:
 * the GPU works after the draw calls have returned. What was left out is drawn when the hand rests.
 */

const GOAL_MS = 34;
const COMFORT_MS = 20;
/** A longer gap is a pause of the hand, not a slow frame. */
const PAUSE_MS = 1_500;
const FEWEST_POINTS = 40_000;
const MOST_STRIDE = 64;

export class PointBudget {
  #stride = 1;

  /** Draw every `stride`-th point while moving. */
  get stride(): number {
    return this.#stride;
  }

  /** Say how long a frame took that was followed at once by another; `count` points in the cloud. */
  measured(frameMs: number, count: number): void {
    if (frameMs > PAUSE_MS) return;
    const most = Math.min(MOST_STRIDE, Math.max(1, Math.floor(count / FEWEST_POINTS)));
    if (frameMs > GOAL_MS) {
      this.#stride = Math.min(most, Math.ceil(this.#stride * Math.min(4, frameMs / GOAL_MS)));
    } else if (frameMs < COMFORT_MS && this.#stride > 1) {
      this.#stride -= 1;
    }
    this.#stride = Math.min(this.#stride, most);
  }
}
