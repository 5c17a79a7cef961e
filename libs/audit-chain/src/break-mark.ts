import { sha256 } from './sha256.js';

/** Where a chain is broken, and by what: the same place, broken otherwise, is another one. */
export type BrokenPlace =
  /** @param hash what its link would be over what is there now */
  | ['altered', position: number, hash: string]
  /** @param hash its link */
  | ['gone', position: number, hash: string]
  /** @param to null where nothing follows */
  | ['missing', from: number, to: number | null]
  /** @param statement the signed head that speaks against what is there */
  | ['signed', position: number, statement: string];

/** A short name for a broken place, the same wherever it is found: 32 hexadecimal digits. Runs in browsers, too. */
export const markOf = async (place: BrokenPlace): Promise<string> => (await sha256(JSON.stringify(place))).slice(0, 32);
