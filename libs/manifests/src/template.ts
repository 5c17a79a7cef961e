import { TEMPLATE_FUNCTIONS } from './template-functions.js';

type Expression = { name: string } | { literal: string } | { call: string; args: Expression[] };
type Part = string | Expression;

/** Values by name; what is absent renders as nothing. */
export type TemplateValues = Readonly<Record<string, string | null | undefined>>;

/** A template that can't be read, and why. */
export class TemplateSyntaxError extends Error {}

const PLACEHOLDER = /\{\{(.*?)\}\}/gs;
const TOKEN = /\s*(?:([A-Za-z_][\w.-]*)|'([^']*)'|"([^"]*)"|(-?\d+)|([(),]))/y;

/**
 * Text with `{{ name }}`, `{{ function(name, 'text', 0) }}` and nothing else. Values are put in once and never read as templates:
 * what a provider or a user sent can't be executed.
 * @param escape is applied to what each placeholder gives, not to the text around it
 */
export function renderTemplate(
  source: string,
  values: TemplateValues,
  escape: (text: string) => string = (text) => text,
): string {
  return partsOf(source)
    .map((part) => (typeof part === 'string' ? part : escape(evaluate(part, values))))
    .join('');
}

/** The names that a template asks for, each once. Throws a TemplateSyntaxError. */
export const namesIn = (source: string): string[] => namesWhere(source, () => true);

/** Those whose values can be told from what the template gives: all but the arguments of one-way functions. Throws a TemplateSyntaxError. */
export const exposedNamesIn = (source: string): string[] =>
  namesWhere(source, (call) => !TEMPLATE_FUNCTIONS[call]!.oneWay);

function namesWhere(source: string, goesInto: (call: string) => boolean): string[] {
  const names = (expression: Expression): string[] => {
    if ('name' in expression) return [expression.name];
    return 'args' in expression && goesInto(expression.call) ? expression.args.flatMap(names) : [];
  };
  return [...new Set(partsOf(source).flatMap((part) => (typeof part === 'string' ? [] : names(part))))];
}

function partsOf(source: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of source.matchAll(PLACEHOLDER)) {
    parts.push(source.slice(end, match.index), parseExpression(match[1]!));
    end = match.index + match[0].length;
  }
  const texts = [...parts.filter((part) => typeof part === 'string'), source.slice(end)];
  if (texts.some((text) => text.includes('{{') || text.includes('}}'))) {
    throw new TemplateSyntaxError('has {{ or }} without its counterpart');
  }
  return [...parts, source.slice(end)];
}

function evaluate(expression: Expression, values: TemplateValues): string {
  if ('literal' in expression) return expression.literal;
  if ('name' in expression) return (Object.hasOwn(values, expression.name) ? values[expression.name] : null) ?? '';
  return TEMPLATE_FUNCTIONS[expression.call]!.apply(expression.args.map((arg) => evaluate(arg, values)));
}

function parseExpression(text: string): Expression {
  const tokens = tokenize(text);
  const expression = takeExpression(tokens);
  if (tokens.length > 0) throw new TemplateSyntaxError(`has something after the value in {{${text}}}`);
  return expression;
}

type Token = { word: string } | { literal: string } | { mark: string };

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    if (!match)
      throw new TemplateSyntaxError(
        `has something that is neither a name, a text, a number nor a function in {{${text}}}`,
      );
    const [, word, single, double, number, mark] = match;
    if (word !== undefined) tokens.push({ word });
    else if (mark !== undefined) tokens.push({ mark });
    else tokens.push({ literal: single ?? double ?? number ?? '' });
  }
  return tokens;
}

function takeExpression(tokens: Token[]): Expression {
  const first = tokens.shift();
  if (!first || 'mark' in first) throw new TemplateSyntaxError('has a placeholder without a value');
  if ('literal' in first) return first;
  if (!isMark(tokens[0], '(')) return { name: first.word };
  tokens.shift();
  return takeCall(first.word, tokens);
}

function takeCall(call: string, tokens: Token[]): Expression {
  if (!Object.hasOwn(TEMPLATE_FUNCTIONS, call)) {
    throw new TemplateSyntaxError(
      `calls ${call}(), which doesn't exist; there are ${Object.keys(TEMPLATE_FUNCTIONS).join(', ')}`,
    );
  }
  const args = takeArguments(tokens);
  const [fewest, most] = TEMPLATE_FUNCTIONS[call]!.arity;
  if (args.length < fewest || args.length > most)
    throw new TemplateSyntaxError(`calls ${call}() with ${args.length} arguments`);
  return { call, args };
}

function takeArguments(tokens: Token[]): Expression[] {
  const args: Expression[] = [];
  while (!isMark(tokens[0], ')')) {
    if (args.length > 0 && !isMark(tokens.shift(), ','))
      throw new TemplateSyntaxError('has arguments without a comma between them');
    args.push(takeExpression(tokens));
  }
  tokens.shift();
  return args;
}

const isMark = (token: Token | undefined, mark: string): boolean => !!token && 'mark' in token && token.mark === mark;
