/**
 * The ground under a frame as a coarse grid of heights, for colours and for fading: quick enough to
 * be made for every frame by the worker that decodes it. What a gesture stands on is `groundmap`,
 * which is exact where it is asked.
 *
 * Each cell's lowest point is opened by a square window (erosion, then dilation, as progressive
 * morphological filters do): what is narrower than the window and higher than its surroundings goes,
 * slopes stay.
 */

export interface GroundGrid {
  readonly columns: number;
  readonly rows: number;
  /** Metres; cell (0, 0) begins at the chunk's low corner. */
  readonly cellM: number;
  /** Metres above the chunk's low corner; the heights are told from here. */
  readonly levelM: number;
  /** Metres above `levelM`, row by row, as half floats: exact to a centimetre within 16 m of it. */
  readonly halves: Uint16Array<ArrayBuffer>;
}

const CELL_M = 2;
const MOST_CELLS_A_SIDE = 256;
/** Half the window's side, in cells: a bus is narrower than 14 m. */
const WINDOW = 3;
/** A lowest point this far below most of those in the cells around it is a reflection. */
const DEEP_M = 0.4;
const PIT = 2;
const PIT_SHARE = 0.75;
const LEVELS = 65_536;

/** @param positions 4n coarse levels as in `DecodedChunk`; step: metres per level. */
export function groundOf(
  positions: Uint16Array,
  step: readonly [number, number, number],
): GroundGrid {
  const [width, depth] = [step[0] * LEVELS, step[1] * LEVELS];
  const cellM = Math.max(CELL_M, Math.max(width, depth) / (MOST_CELLS_A_SIDE - 1));
  const columns = Math.floor(width / cellM) + 1;
  const rows = Math.floor(depth / cellM) + 1;
  const grid = { columns, rows };
  const lowest = new Float32Array(columns * rows).fill(Infinity);
  const [perX, perY] = [step[0] / cellM, step[1] / cellM];
  for (let at = 0; at < positions.length; at += 4) {
    const index =
      ((positions[at + 1]! * perY) | 0) * columns + ((positions[at]! * perX) | 0);
    const height = positions[at + 2]!;
    if (height < lowest[index]!) lowest[index] = height;
  }
  for (let index = 0; index < lowest.length; index += 1) lowest[index]! *= step[2];
  const heights = smoothed(filled(opened(withoutPits(lowest, grid), grid), grid), grid);
  return { columns, rows, cellM, ...halved(heights) };
}

function halved(heights: Float32Array): Pick<GroundGrid, "levelM" | "halves"> {
  const levelM = middleOf(heights);
  const halves = new Uint16Array(heights.length);
  for (let index = 0; index < heights.length; index += 1) {
    halves[index] = toHalf(heights[index]! - levelM);
  }
  return { levelM, halves };
}

const asFloat = new Float32Array(1);
const asBits = new Uint32Array(asFloat.buffer);

/**
 * The bits of the nearest half float (IEEE 754 binary16). Below 0.06 mm it is 0, beyond 65,504 the
 * greatest. Our own, because the library that draws would come into the worker whole for it.
 */
export function toHalf(value: number): number {
  asFloat[0] = value;
  const sign = (asBits[0]! >>> 16) & 0x8000;
  // Half a unit of the last of ten bits; a carry goes on into the exponent, as it should.
  const rounded = (asBits[0]! & 0x7fffffff) + 0x1000;
  const exponent = (rounded >>> 23) - 112;
  if (exponent <= 0) return sign;
  return exponent >= 31 ? sign | 0x7bff : sign | ((rounded >>> 13) - (112 << 10));
}

/** What the bits of a half float mean. */
export function fromHalf(half: number): number {
  const sign = (half & 0x8000) === 0 ? 1 : -1;
  const [exponent, parts] = [(half >> 10) & 31, half & 1023];
  if (exponent === 0) return sign * parts * 2 ** -24;
  if (exponent === 31) return parts === 0 ? sign * Infinity : NaN;
  return sign * (1024 + parts) * 2 ** (exponent - 25);
}

/** Of a thousand heights is enough. */
function middleOf(heights: Float32Array): number {
  const every = Math.max(1, heights.length >> 10);
  const some = new Float32Array(Math.ceil(heights.length / every));
  for (let index = 0; index < some.length; index += 1) some[index] = heights[index * every]!;
  return some.sort()[some.length >> 1] ?? 0;
}

interface Shape {
  readonly columns: number;
  readonly rows: number;
}

/** Raises cells that lie below most of those around them, alone or as a few. */
function withoutPits(lowest: Float32Array, { columns, rows }: Shape): Float32Array {
  const raised = lowest.slice();
  for (let row = PIT; row < rows - PIT; row += 1) {
    for (let column = PIT; column < columns - PIT; column += 1) {
      const index = row * columns + column;
      const edge = lowest[index]! + DEEP_M;
      // Four cells around it tell of nearly all that they are no pits. Unknown ones count as high.
      const left = lowest[index - PIT]! > edge ? 1 : 0;
      const right = lowest[index + PIT]! > edge ? 1 : 0;
      const below = lowest[index - PIT * columns]! > edge ? 1 : 0;
      const above = lowest[index + PIT * columns]! > edge ? 1 : 0;
      if (left + right + below + above < 3) continue;
      raised[index] = rim(lowest, index, columns, edge) ?? lowest[index]!;
    }
  }
  return raised;
}

/** The least height of the cells around a pit; null when it is none. */
function rim(lowest: Float32Array, index: number, columns: number, edge: number): number | null {
  let [higher, others, next] = [0, 0, Infinity];
  for (let up = -PIT; up <= PIT; up += 1) {
    for (let across = -PIT; across <= PIT; across += 1) {
      const other = lowest[index + up * columns + across]!;
      if (other === Infinity) continue;
      others += 1;
      if (other <= edge) continue;
      higher += 1;
      if (other < next) next = other;
    }
  }
  return higher > PIT_SHARE * others ? next : null;
}

/** The greatest value of the least values around each cell; NaN where no cell around is known. */
function opened(lowest: Float32Array, shape: Shape): Float32Array {
  const eroded = leastAround(lowest, shape);
  for (let index = 0; index < eroded.length; index += 1) {
    const height = eroded[index]!;
    eroded[index] = height === Infinity ? Infinity : -height;
  }
  const dilated = leastAround(eroded, shape);
  for (let index = 0; index < dilated.length; index += 1) {
    const height = dilated[index]!;
    dilated[index] = height === Infinity ? NaN : -height;
  }
  return dilated;
}

/** The least value of the window around each cell; Infinity stands for unknown. */
function leastAround(values: Float32Array, { columns, rows }: Shape): Float32Array {
  const across = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1) {
    const from = row * columns;
    for (let column = 0; column < columns; column += 1) {
      let least = Infinity;
      const last = from + Math.min(columns - 1, column + WINDOW);
      for (let at = from + Math.max(0, column - WINDOW); at <= last; at += 1) {
        const value = values[at]!;
        if (value < least) least = value;
      }
      across[from + column] = least;
    }
  }
  // Row by row into whole rows: a column's cells lie far apart in memory.
  const both = new Float32Array(values.length).fill(Infinity);
  for (let row = 0; row < rows; row += 1) {
    const to = row * columns;
    const last = Math.min(rows - 1, row + WINDOW);
    for (let other = Math.max(0, row - WINDOW); other <= last; other += 1) {
      const from = other * columns;
      for (let column = 0; column < columns; column += 1) {
        const value = across[from + column]!;
        if (value < both[to + column]!) both[to + column] = value;
      }
    }
  }
  return both;
}

/** Cells far from every point take the height of the nearest known one along their row or column. */
function filled(values: Float32Array, { columns, rows }: Shape): Float32Array {
  const sweep = (start: number, stride: number, count: number) => {
    let known = NaN;
    for (let step = 0, at = start; step < count; step += 1, at += stride) {
      const height = values[at]!;
      if (height === height) known = height;
      else values[at] = known;
    }
  };
  for (let row = 0; row < rows; row += 1) {
    sweep(row * columns, 1, columns);
    sweep((row + 1) * columns - 1, -1, columns);
  }
  for (let column = 0; column < columns; column += 1) {
    sweep(column, columns, rows);
    sweep((rows - 1) * columns + column, -columns, rows);
  }
  return values;
}

/** Means of three by three cells, of fewer at the border: the window leaves steps. */
function smoothed(values: Float32Array, shape: Shape): Float32Array<ArrayBuffer> {
  const { columns, rows } = shape;
  const across = new Float32Array(values.length);
  const means = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += 1) {
    const column = at % columns;
    const left = values[column > 0 ? at - 1 : at]!;
    const right = values[column < columns - 1 ? at + 1 : at]!;
    across[at] = (left + values[at]! + right) / 3;
  }
  for (let at = 0; at < values.length; at += 1) {
    const below = across[at >= columns ? at - columns : at]!;
    const above = across[at + columns < columns * rows ? at + columns : at]!;
    means[at] = (below + across[at]! + above) / 3;
  }
  return means;
}
