import { formsOf, innerBase64Of, MASK, maskText } from './mask.js';

/** A piece this long is masked. Of a secret that is shorter than two of them, half of it is enough, */
const PIECE = 8;
/** but never less than this: shorter ones are in every other word. */
const SHORTEST_PIECE = 5;

/**
 * Text that strangers wrote, without the given secrets and without pieces of them, in any of the forms in which `maskText` looks for them,
 * and in the middle of Base64.
 * Letters count alike in either case. The word that a piece stands in is masked whole, since what is beside it often belongs to the secret, too
 * (`sk_live_51H…abcd`). Takes time in proportion to the text and the secrets.
 * @param piece characters; 8 unless told, where the text has names and codes that have to stay readable
 */
export function maskPieces(text: string, secrets: readonly string[], piece = PIECE): string {
  const masked = maskText(text, secrets);
  const spans = tablesOf(secrets, piece).flatMap((table) => table.spansIn(masked));
  return spans.length === 0 ? masked : withoutWords(masked, spans);
}

/** One answer's secrets are looked for in dozens of texts: of a frozen array the tables are made once. */
const made = new WeakMap<readonly string[], Map<number, PieceTable[]>>();

function tablesOf(secrets: readonly string[], piece: number): PieceTable[] {
  const known = made.get(secrets)?.get(piece);
  if (known !== undefined) return known;
  const forms = new Map<number, Set<string>>();
  for (const secret of secrets) {
    const length = Math.min(piece, Math.max(SHORTEST_PIECE, Math.ceil(secret.length / 2)));
    for (const form of [...formsOf(secret), ...innerBase64Of(secret)])
      forms.set(length, (forms.get(length) ?? new Set()).add(form));
  }
  const tables = [...forms].map(([length, ofThisLength]) => new PieceTable(length, [...ofThisLength]));
  if (Object.isFrozen(secrets))
    made.set(secrets, (made.get(secrets) ?? new Map<number, PieceTable[]>()).set(piece, tables));
  return tables;
}

const FACTOR = 0x2c1b3c6d;
const SCATTER = 0x9e3779b1;

/**
 * All pieces of one length, by their sums only, in an open table of twice their number, since it is filled anew for each answer.
 * A stranger's word with the sum of a piece (one in 4 billion for each) is masked for nothing.
 */
class PieceTable {
  private readonly slots: Int32Array;
  private readonly shift: number;

  constructor(
    private readonly length: number,
    forms: readonly string[],
  ) {
    const pieces = forms.reduce((sum, form) => sum + form.length, 1);
    const bits = Math.ceil(Math.log2(pieces)) + 1;
    this.slots = new Int32Array(2 ** bits);
    this.shift = 32 - bits;
    for (const form of forms) sumsOf(form, length).forEach((sum) => (this.slots[this.slotOf(sum)] = sum));
  }

  /** Where known pieces begin and end. */
  spansIn(text: string): [from: number, to: number][] {
    const spans: [number, number][] = [];
    sumsOf(text, this.length).forEach((sum, from) => {
      if (this.slots[this.slotOf(sum)] === sum) spans.push([from, from + this.length]);
    });
    return spans;
  }

  /** The slot that has this sum, or a free one. */
  private slotOf(sum: number): number {
    let slot = Math.imul(sum, SCATTER) >>> this.shift;
    while (this.slots[slot] !== 0 && this.slots[slot] !== sum) slot = (slot + 1) & (this.slots.length - 1);
    return slot;
  }
}

/** Of each piece from left to right: with each step one character comes in and one goes out. Never 0, which is a free slot. */
function sumsOf(text: string, length: number): Int32Array {
  const sums = new Int32Array(Math.max(0, text.length - length + 1));
  let outgoing = 1;
  for (let step = 0; step < length; step += 1) outgoing = Math.imul(outgoing, FACTOR);
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) {
    sum = (Math.imul(sum, FACTOR) + folded(text, at)) | 0;
    const from = at - length;
    if (from >= 0) sum = (sum - Math.imul(outgoing, folded(text, from))) | 0;
    if (from >= -1) sums[from + 1] = sum || 1;
  }
  return sums;
}

/** Capital letters of ASCII as small ones. */
function folded(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 65 && code <= 90 ? code + 32 : code;
}

const WHITE_SPACE = /\s/;

function withoutWords(text: string, spans: readonly [number, number][]): string {
  const parts: string[] = [];
  let done = 0;
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    if (to <= done) continue;
    let [begin, end] = [Math.max(from, done), to];
    while (begin > done && !WHITE_SPACE.test(text[begin - 1]!)) begin -= 1;
    while (end < text.length && !WHITE_SPACE.test(text[end]!)) end += 1;
    if (begin > done || done === 0) parts.push(text.slice(done, begin), MASK);
    done = end;
  }
  return parts.join('') + text.slice(done);
}
