/** The operator's hand: every operation is counted as it is made, and none can be made uncounted. */

/** How far off a hand is, standard deviation: where it goes by eye alone, and what it takes hold of. */
const AIM_PX = 4;
const HOLD_PX = 1.5;
/** Where it sees what it does: a side that is brought to points. */
const GUIDED_PX = 2;

export class Hand {
  #page;
  #random;
  /** Operations by kind, since the last `settled`. */
  #made = {};

  constructor(page, seed) {
    this.#page = page;
    this.#random = seeded(seed);
  }

  /** What was done since the last time. */
  settled() {
    const made = this.#made;
    this.#made = {};
    return made;
  }

  get count() {
    return Object.values(this.#made).reduce((sum, count) => sum + count, 0);
  }

  async key(name, kind = `key ${name}`) {
    this.#count(kind);
    await this.#page.keyboard.press(name);
    await this.#rest();
  }

  /** An operation that the script does another way: a click on the timeline. */
  note(kind) {
    this.#count(kind);
  }

  async press(locator, kind) {
    this.#count(kind);
    await locator.click();
    await this.#rest();
  }

  /** The hand takes hold within what it sees, and lets go where it aimed, by and large. */
  drag(from, to, kind, button = "left") {
    return this.#drag(from, to, kind, button, AIM_PX);
  }

  /** A drag whose result is seen while the button is held. */
  guided(from, to, kind) {
    return this.#drag(from, to, kind, "left", GUIDED_PX);
  }

  async #drag(from, to, kind, button, px) {
    this.#count(kind);
    const { mouse } = this.#page;
    const begun = this.#near(from, HOLD_PX);
    const aimed = this.#near({ x: to.x + begun.x - from.x, y: to.y + begun.y - from.y }, px);
    await mouse.move(begun.x, begun.y);
    await mouse.down({ button });
    await mouse.move((begun.x + aimed.x) / 2, (begun.y + aimed.y) / 2, { steps: 3 });
    await mouse.move(aimed.x, aimed.y, { steps: 3 });
    await mouse.up({ button });
    await this.#rest();
  }

  /** One stroke of the finger: up to four notches. */
  async wheel(at, notches) {
    this.#count("wheel");
    await this.#page.mouse.move(at.x, at.y);
    for (let n = 0; n < Math.min(4, Math.abs(notches)); n += 1) {
      await this.#page.mouse.wheel(0, -100 * Math.sign(notches));
      await this.#rest();
    }
  }

  /** Around these places, as a hand draws: each a little off. */
  async lasso(ring, kind) {
    this.#count(kind);
    const { mouse } = this.#page;
    const drawn = ring.map((at) => this.#near(at, AIM_PX));
    await mouse.move(drawn[0].x, drawn[0].y);
    await mouse.down();
    for (const { x, y } of drawn) await mouse.move(x, y, { steps: 2 });
    await mouse.up();
    await this.#rest();
  }

  /** A value as somebody sees it who sees so well. */
  seen(value, deviation) {
    return value + deviation * this.#normal();
  }

  #near({ x, y }, px) {
    return { x: x + px * this.#normal(), y: y + px * this.#normal() };
  }

  #count(kind) {
    this.#made[kind] = (this.#made[kind] ?? 0) + 1;
  }

  #normal() {
    const [a, b] = [this.#random(), this.#random()];
    return Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b);
  }

  /** Until what was done is on the screen. */
  #rest() {
    return this.#page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
    );
  }
}

/** mulberry32: the same figures in every run. */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
