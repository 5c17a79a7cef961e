/** Something that a manifest says against itself, or against a rule that no manifest may change. */
export interface Contradiction {
  path: PropertyKey[];
  problem: string;
  mend: string;
}
