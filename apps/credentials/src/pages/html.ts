const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Markup that was written here. Only `html` makes it, so that nothing else can pass for it. */
export class Markup {
  constructor(readonly text: string) {}
}

type Piece = Markup | string | number | null | undefined | false | readonly Piece[];

/** A template of markup. Every value is text, and is shown, not carried out; other markup stays markup; null and false are nothing. */
export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Markup {
  return new Markup(strings.reduce((text, string, index) => text + written(pieces[index - 1]) + string));
}

function written(piece: Piece): string {
  if (piece instanceof Markup) return piece.text;
  if (Array.isArray(piece)) return piece.map((one: Piece) => written(one)).join('');
  if (piece === null || piece === undefined || piece === false) return '';
  return String(piece as string | number).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
