import { syntaxTree } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';
import type { SyntaxNode } from '@lezer/common';

/** Where a JSON pointer (RFC 6901) leads in the text; the beginning, if it leads nowhere. */
export function rangeOf(state: EditorState, pointer: string): { from: number; to: number } {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let node: SyntaxNode | null = syntaxTree(state).topNode.firstChild;
  for (const step of steps) {
    const next: SyntaxNode | null = node && stepInto(state, node, step);
    if (!next) break;
    node = next;
  }
  return node ? { from: node.from, to: node.to } : { from: 0, to: Math.min(1, state.doc.length) };
}

function stepInto(state: EditorState, node: SyntaxNode, step: string): SyntaxNode | null {
  if (node.name === 'Array') return childrenOf(node)[Number(step)] ?? null;
  const property = childrenOf(node).find((child) => child.name === 'Property' && nameOf(state, child) === step);
  return property?.lastChild ?? null;
}

const SIGNS = new Set(['[', ']', '{', '}', ',', ':']);
function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (!SIGNS.has(child.name)) children.push(child);
  return children;
}

function nameOf(state: EditorState, property: SyntaxNode): string | null {
  const name = property.getChild('PropertyName');
  return name && state.sliceDoc(name.from + 1, name.to - 1);
}

/** The members on the way to a place, outermost first, and whether the place is a member's value. */
export function pathAt(state: EditorState, position: number): { path: string[]; inValue: boolean } {
  const path: string[] = [];
  let node: SyntaxNode | null = syntaxTree(state).resolveInner(position, -1);
  const inValue = /:\s*"?[\w.-]*$/.test(
    state.doc.lineAt(position).text.slice(0, position - state.doc.lineAt(position).from),
  );
  let own = !inValue;
  for (; node; node = node.parent) {
    if (node.name !== 'Property') continue;
    const name = nameOf(state, node);
    // The member whose name is being typed is not on the way to itself.
    const typing = own && node.getChild('PropertyName') !== null && position <= node.getChild('PropertyName')!.to;
    if (name !== null && !typing) path.unshift(name);
    own = false;
  }
  return { path, inValue };
}
