/** Whose pages these are, as far as that shows. */
export interface Brand {
  organisation: string;
  /** `#rrggbb` */
  colour: string;
}

const INK = '#000000';
const PAPER = '#ffffff';

/** What is written on the organisation's colour: of the two the one that can be read better (WCAG 2.2, contrast ratio). */
export function inkOn(colour: string): string {
  return contrast(colour, PAPER) >= contrast(colour, INK) ? PAPER : INK;
}

/** WCAG 2.2: 1 for none, 21 for black on white. */
export function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

const linear = (share: number): number => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);

/** The first letter or sign of a name, for a mark of one. */
export const initialOf = (name: string): string => [...name.trim()][0]?.toLocaleUpperCase() ?? '·';
