/** Colours as "#rrggbb". */

/** The colour of letters on a colour: whichever of near black and white stands out more. */
export function ink(colour: string): string {
  const channel = (from: number) => (parseInt(colour.slice(from, from + 2), 16) / 255) ** 2.2;
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  // Where the contrasts of both are equal, by WCAG's ratio.
  return luminance > 0.179 ? "#0b0e13" : "#ffffff";
}
