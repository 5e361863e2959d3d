/** Where a lens polynomial stops growing. The twin of src/groundplane/geometry/polynomials.py. */

/** Coefficients in rising order of power (Horner). */
export function evaluate(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((total, coefficient) => total * x + coefficient, 0);
}

/**
 * The least x in (0, upper) at which the polynomial changes its sign; Infinity: none. Between two
 * neighbouring turning points it crosses zero at most once, and turning points are sign changes of
 * the derivative: bisection all the way down finds every crossing.
 */
export function firstSignChange(coefficients: readonly number[], upper: number): number {
  return signChanges(coefficients, upper)[0] ?? Infinity;
}

function signChanges(coefficients: readonly number[], upper: number): number[] {
  if (coefficients.length < 2) return [];
  const slope = coefficients.map((coefficient, power) => power * coefficient).slice(1);
  const turns = [...signChanges(slope, upper), upper];
  return turns.flatMap((high, index) => {
    const low = turns[index - 1] ?? 0;
    const crosses = evaluate(coefficients, low) * evaluate(coefficients, high) < 0;
    return crosses ? [bisect(coefficients, low, high)] : [];
  });
}

function bisect(coefficients: readonly number[], from: number, to: number): number {
  const rising = evaluate(coefficients, from) < 0;
  let [low, high] = [from, to];
  for (let middle = (low + high) / 2; low < middle && middle < high; middle = (low + high) / 2) {
    if (evaluate(coefficients, middle) < 0 === rising) low = middle;
    else high = middle;
  }
  return low;
}
