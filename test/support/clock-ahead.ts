/** Settings that put a replica's own clock so many minutes ahead, or behind: a module shifts it before anything else is loaded. */
export function clockAhead(minutes: number): { NODE_OPTIONS: string } {
  const source = `const Real = Date; const ahead = ${minutes * 60_000};
    globalThis.Date = class extends Real {
      constructor(...given) { given.length === 0 ? super(Real.now() + ahead) : super(...given); }
      static now() { return Real.now() + ahead; }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(source)}` };
}
