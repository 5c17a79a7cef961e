import { Injectable } from '@nestjs/common';
import { valueFault } from '@lockkeeper/manifests';
import { ApiServices } from '../api-services/api-services.js';
import { type Belonging, Connections } from '../connections/connections.js';
import type { AskedField, FieldsView, Trial, TrialOutcome } from '../pages/fields.page.js';
import { filledInGrant } from '../token-endpoint/credential.js';
import { type TestResult, TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { AuthorizationLinks, type LinkVisit } from './authorization-links.js';
import type { ConsentEnd } from './consent.js';
import { GrantReceipt } from './grant-receipt.js';
import type { BindingCookie } from './ticket.js';

/** What a user sent: by field. */
export type Typed = Readonly<Record<string, string>>;

/** It is kept, and the way goes on; or the page is to be shown again. */
export type FilledIn =
  { end: ConsentEnd; again: null } | { end: null; again: FieldsView; cookie: BindingCookie | null };

/** Users of generic API services fill in what these ask for, instead of consenting at a provider. */
@Injectable()
export class FillingIn {
  constructor(
    private readonly links: AuthorizationLinks,
    private readonly connections: Connections,
    private readonly apiServices: ApiServices,
    private readonly endpoint: TokenEndpoint,
    private readonly receipt: GrantReceipt,
  ) {}

  /**
   * Checks what was typed, tries it at the service, and keeps it. The link is used up by that alone: whoever mistyped may try again.
   * @throws LinkSpent, LinkOpenedElsewhere, TooManyTries
   */
  async submit(visit: LinkVisit, typed: Typed): Promise<FilledIn> {
    const { link, cookie } = await this.receipt.telling(() => this.links.try(visit));
    const belonging = await this.connections.get(link.connectionId);
    this.apiServices.assertLiving(belonging.apiService);
    const asked = askedFields(belonging, typed);
    if (asked.some(({ fault }) => fault !== null)) return again(belonging, asked, { trial: null, cookie });
    const params = Object.fromEntries(Object.entries(typedOf(belonging, typed)).filter(([, value]) => value !== ''));
    const target = this.apiServices.target(belonging.apiService, { params });
    const grant = filledInGrant(target);
    const test = target.manifest.test && (await this.endpoint.test(target, grant));
    if (test && !test.ok) {
      await this.receipt.failedTest(belonging, test);
      return again(belonging, asked, { trial: trialOf(test), cookie });
    }
    await this.links.use(visit, cookie);
    await this.receipt.filledIn(belonging, { params, grant, steps: test?.trace ?? [] });
    return { end: { connectionId: link.connectionId, returnUrl: link.returnUrl }, again: null };
  }
}

/** The page as it is first seen: with what is known already, and no secret of it. */
export function fieldsView({ connection, apiService }: Belonging): FieldsView {
  const { manifest, name } = apiService;
  const fields = Object.entries(manifest.fields).map(([key, field]): AskedField => ({
    key,
    label: field.label,
    help: field.help ?? null,
    example: field.example ?? null,
    required: field.required && field.default === undefined,
    sensitive: field.sensitive,
    multiline: field.multiline ?? false,
    options: field.options ?? null,
    pattern: field.pattern,
    value: field.sensitive ? '' : (connection.params[key] ?? field.default ?? ''),
    fault: null,
  }));
  return { service: name, user: connection.user, fields, tried: manifest.test !== null, trial: null };
}

/**
 * What isn't asked for is not looked at. White space around a value is no part of it: it comes with copying. Forms send line breaks
 * as CR LF whatever was typed; keys and their signatures are of plain LF.
 */
function typedOf({ apiService: { manifest } }: Belonging, typed: Typed): Record<string, string> {
  const keys = Object.keys(manifest.fields);
  return Object.fromEntries(
    keys.map((key) => [key, Object.hasOwn(typed, key) ? typed[key]!.replaceAll('\r\n', '\n').trim() : '']),
  );
}

function askedFields(belonging: Belonging, typed: Typed): AskedField[] {
  const values = typedOf(belonging, typed);
  const { fields } = belonging.apiService.manifest;
  return fieldsView(belonging).fields.map((asked) => {
    const value = values[asked.key]!;
    const problem = valueFault(fields[asked.key]!, value === '' ? undefined : value);
    const fault = problem === null ? null : value === '' ? 'missing' : 'wrong_form';
    return { ...asked, value: asked.sensitive ? '' : value, fault };
  });
}

const again = (
  belonging: Belonging,
  fields: AskedField[],
  { trial, cookie }: { trial: Trial | null; cookie: BindingCookie | null },
): FilledIn => ({ end: null, again: { ...fieldsView(belonging), fields, trial }, cookie });

/** What its user can do something about. */
const trialOf = ({ status, said, silence }: TestResult): Trial => ({
  outcome: silence ?? (status === null ? 'not_as_expected' : outcomeOf(status)),
  status,
  said,
});

const OUTCOMES: Readonly<Record<number, TrialOutcome>> = {
  400: 'refused',
  401: 'unknown',
  403: 'forbidden',
  404: 'not_found',
  410: 'not_found',
  422: 'refused',
  429: 'busy',
};

const outcomeOf = (status: number): TrialOutcome =>
  OUTCOMES[status] ?? (status >= 500 ? 'in_trouble' : 'not_as_expected');
