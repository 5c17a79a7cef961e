import { autocompletion, closeBrackets, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, HighlightStyle, syntaxHighlighting, syntaxTree } from '@codemirror/language';
import { type Diagnostic, lintGutter, linter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { pathAt, rangeOf } from './json-places';
import { membersAt } from './schema-members';

export interface Fault {
  pointer: string;
  problem: string;
}

export interface EditorOptions {
  text: string;
  readOnly: boolean;
  /** Asked at each completion: undefined until it is there. */
  schema: () => object | undefined;
  lint: (value: Record<string, unknown>) => Promise<{ faults: Fault[]; warnings: Fault[] }>;
}

export interface Editor {
  /** Null while it is no JSON object. */
  value(): Record<string, unknown> | null;
  close(): void;
}

const LINT_PAUSE_MS = 400;

/**
 * In a shadow root: there the editor brings its styles by constructed sheets, which the page's policy allows; in the document it
 * would write style elements, which it does not.
 */
export function openEditor(host: HTMLElement, { text, readOnly, schema, lint }: EditorOptions): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.replaceChildren();
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        bracketMatching(),
        closeBrackets(),
        json(),
        syntaxHighlighting(COLOURS),
        lintGutter(),
        linter((current) => diagnose(current, lint), { delay: LINT_PAUSE_MS }),
        autocompletion({ override: [(context) => complete(context, schema())] }),
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({ 'aria-label': 'Manifest', tabindex: '0' }),
        EditorView.lineWrapping,
        LOOK,
      ],
    }),
  });
  return { value: () => objectIn(view.state.doc.toString()), close: () => view.destroy() };
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null; // half typed
  }
}

async function diagnose({ state }: EditorView, lint: EditorOptions['lint']): Promise<Diagnostic[]> {
  const value = objectIn(state.doc.toString());
  if (!value) return syntaxFaults(state);
  const { faults, warnings } = await lint(value);
  const placed =
    (severity: Diagnostic['severity']) =>
    (fault: Fault): Diagnostic => ({
      ...rangeOf(state, fault.pointer),
      severity,
      message: fault.problem,
    });
  return [...faults.map(placed('error')), ...warnings.map(placed('warning'))];
}

function syntaxFaults(state: EditorState): Diagnostic[] {
  const found: Diagnostic[] = [];
  syntaxTree(state).iterate({
    enter({ type, from, to }) {
      if (type.isError)
        found.push({
          from,
          to: Math.max(to, Math.min(from + 1, state.doc.length)),
          severity: 'error',
          message: 'is no JSON',
        });
    },
  });
  return found;
}

/** The members that the schema knows where the cursor stands, or the values that it names. */
function complete(context: CompletionContext, schema: object | undefined): CompletionResult | null {
  if (!schema) return null;
  const word = context.matchBefore(/"?[\w.-]*/);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const { path, inValue } = pathAt(context.state, context.pos);
  const options = membersAt(schema, path, inValue).map(({ name, about, then }) => ({
    label: `"${name}"`,
    apply: inValue ? `"${name}"` : `"${name}": ${then}`,
    detail: about,
    type: inValue ? 'enum' : 'property',
  }));
  return options.length > 0 ? { from: word.from, options, validFor: /^"?[\w.-]*$/ } : null;
}

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--lk-accent)' },
  { tag: tags.string, color: 'var(--lk-good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--lk-warn)' },
]);

const LOOK = EditorView.theme({
  '&': { color: 'var(--lk-ink)', backgroundColor: 'var(--lk-paper)', fontSize: '13px', maxHeight: '560px' },
  '&.cm-focused': { outline: '2px solid var(--lk-accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--lk-mono)', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--lk-ink)' },
  '.cm-gutters': { backgroundColor: 'var(--lk-raised)', color: 'var(--lk-soft)', border: 'none' },
  '.cm-tooltip': {
    backgroundColor: 'var(--lk-paper)',
    color: 'var(--lk-ink)',
    border: '1px solid var(--lk-line-strong)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--lk-accent-soft)', color: 'var(--lk-ink)' },
});
