import type { Brand } from './brand.js';
import { forWhom, marks } from './connect.page.js';
import { html, type Markup } from './html.js';
import type { Page } from './page.js';
import type { Words } from './words.js';

/** What is asked for; in the manifest's words, which are English. */
export interface AskedField {
  key: string;
  label: string;
  help: string | null;
  example: string | null;
  required: boolean;
  sensitive: boolean;
  /** Whether it has several lines, which a browser's one-line input would drop. */
  multiline: boolean;
  options: readonly string[] | null;
  /** A regular expression for the whole value. */
  pattern: string;
  /** What was typed, or is known; of a sensitive field never. */
  value: string;
  fault: 'missing' | 'wrong_form' | null;
}

/** What came of what was typed. */
export type TrialOutcome =
  | 'unknown'
  | 'refused'
  | 'forbidden'
  | 'not_found'
  | 'busy'
  | 'in_trouble'
  | 'not_as_expected'
  | 'unknown_host'
  | 'timed_out'
  | 'unreachable'
  | 'not_callable';

export interface Trial {
  outcome: TrialOutcome;
  /** Null where no answer came. */
  status: number | null;
  /** The service's own words, without a secret; untrusted. */
  said: string | null;
}

export interface FieldsView {
  service: string;
  user: string | null;
  fields: readonly AskedField[];
  /** Whether what is typed is tried at the service before it is kept. */
  tried: boolean;
  /** How that went the last time. */
  trial: Trial | null;
}

export function fieldsPage(view: FieldsView, words: Words, brand: Brand): Page {
  const { connect, form } = words;
  const { service, user, fields, tried } = view;
  const body = html`
    ${marks(brand, service)}
    <h1>${connect.title(service)}</h1>
    <p class="lead">${form.asks(brand.organisation, service)}</p>
    ${user !== null && forWhom(connect.forWhom, user)} ${complaint(view, words)}
    <form id="continue" method="post" autocomplete="off">
      ${fields.map((field) => fieldOf(field, words))}
      <button type="submit">${form.save}</button>
    </form>
    ${tried && html`<p class="soft">${form.tested(service)}</p>`}
    <p class="soft">${connect.unexpected}</p>
  `;
  return { title: connect.title(service), body };
}

/** Read out at once, and before the fields that it is about. */
function complaint({ service, fields, trial }: FieldsView, { form }: Words): Markup | null {
  const faulty = fields.some(({ fault }) => fault !== null);
  if (trial === null && !faulty) return null;
  const again = fields.some(({ sensitive }) => sensitive);
  const { outcome = null, status = null, said = null } = trial ?? {};
  return html`
    <div class="panel complaint" role="alert">
      <p><strong>${outcome === null ? form.check : form.trials[outcome](service)}</strong></p>
      ${status !== null && html`<p class="soft">${form.answered(service, status, said)}</p>`}
      ${again && html`<p class="soft">${form.secretsAgain}</p>`}
    </div>
  `;
}

function fieldOf(field: AskedField, words: Words): Markup {
  const { key, label, help, required, sensitive, fault } = field;
  const { form } = words;
  const notes = [help && 'help', sensitive && 'kept', fault && 'fault'].filter(Boolean).map((note) => `${key}-${note}`);
  return html`
    <div class="field">
      <label for="${key}"
        ><span lang="en">${label}</span>${!required && html` <span class="soft">${form.optional}</span>`}</label
      >
      ${inputOf(field, words, notes.join(' '))}
      ${fault !== null && html`<p class="fault" id="${key}-fault">${faultText(field, words)}</p>`}
      ${help !== null && html`<p class="soft" id="${key}-help" lang="en">${help}</p>`}
      ${sensitive && html`<p class="soft" id="${key}-kept">${form.secret}</p>`}
    </div>
  `;
}

function inputOf(
  { key, required, sensitive, multiline, options, value, fault, pattern }: AskedField,
  { form }: Words,
  notes: string,
): Markup {
  const state = html`${required && html`required `}${fault !== null && html`aria-invalid="true" `}${notes !== '' && html`aria-describedby="${notes}"`}`;
  if (options)
    return html`<select id="${key}" name="${key}" ${state}>
      <option value="">${form.choose}</option>
      ${options.map((option) => html`<option value="${option}" ${option === value && html`selected`}>${option}</option>`)}
    </select>`;
  // The line break before the value is dropped by HTML: without it, that would happen to the value's own.
  if (multiline)
    return html`<textarea
      id="${key}"
      name="${key}"
      rows="6"
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
      ${state}
    >
${sensitive ? '' : value}</textarea>`;
  return html`<input
    id="${key}"
    name="${key}"
    type="${sensitive ? 'password' : 'text'}"
    ${browserPattern(pattern) !== null && html`pattern="${pattern}"`}
    value="${sensitive ? '' : value}"
    autocomplete="${sensitive ? 'new-password' : 'off'}"
    autocapitalize="none"
    spellcheck="false"
    ${state}
  />`;
}

const faultText = ({ fault, example }: AskedField, { form }: Words): string =>
  fault === 'missing' ? form.missing : form.wrongForm(example);

/** HTML's `pattern` is read with the flag `v`, which refuses some of what others take; the server looks at it in any case. */
function browserPattern(pattern: string): string | null {
  try {
    return new RegExp(`^(?:${pattern})$`, 'v') && pattern;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
