/**
 * How many points are drawn while the hand moves, and how many of other frames at rest.
 *
 * The only honest measure of a frame is the time until the next one comes while more are asked for:
 * the GPU works after the draw calls have returned. What was left out of the frame that is shown is
 * drawn when the hand rests; of the frames merged with it, as many as this machine draws in a moment.
 */

const GOAL_MS = 34;
const COMFORT_MS = 20;
/** A longer gap is a pause of the hand, not a slow frame. */
const PAUSE_MS = 1_500;
const FEWEST_POINTS = 40_000;
const MOST_STRIDE = 64;
/** No more are drawn before it is known how long they take. */
const UNTRIED_POINTS = 250_000;
/** A draw at rest may take this long: nobody waits for the next one. */
const REST_MS = 250;
/** Fewer than these would not show what a frame alone does not. */
const FEWEST_OF_OTHERS = 1_000_000;
/** What the quickest frame told is believed less with each one after it. */
const BELIEF = 0.9;
const AT_DISPLAY_PACE = 4;

export class PointBudget {
  #stride = 1;
  /** Points drawn in a millisecond; 0: nothing is known. */
  #rate = 0;

  /** While moving, draw every so many-th of `count` points. */
  strideOf(count: number): number {
    const untried = this.#rate === 0 ? Math.ceil(count / UNTRIED_POINTS) : 1;
    return Math.min(MOST_STRIDE, Math.max(this.#stride, untried));
  }

  /** At rest: all `own` points, and of the `others` every so many-th. */
  restStride(own: number, others: number): number {
    if (this.#rate === 0 || others === 0) return 1;
    const room = Math.max(FEWEST_OF_OTHERS, REST_MS * this.#rate - own);
    return Math.min(MOST_STRIDE, Math.max(1, Math.ceil(others / room)));
  }

  /** Say how long a frame took that was followed at once by another; `count` points in the cloud. */
  measured(frameMs: number, count: number): void {
    if (frameMs > PAUSE_MS) return;
    this.#stride = this.strideOf(count);
    // At the pace of the display it is not known how much quicker it could be.
    const least = count / this.#stride / Math.max(1, frameMs);
    const rate = frameMs < COMFORT_MS ? AT_DISPLAY_PACE * least : least;
    this.#rate = Math.max(BELIEF * this.#rate, rate);
    const most = Math.min(MOST_STRIDE, Math.max(1, Math.floor(count / FEWEST_POINTS)));
    if (frameMs > GOAL_MS) {
      this.#stride = Math.min(most, Math.ceil(this.#stride * Math.min(4, frameMs / GOAL_MS)));
    } else if (frameMs < COMFORT_MS && this.#stride > 1) {
      this.#stride -= 1;
    }
    this.#stride = Math.min(this.#stride, most);
  }
}
