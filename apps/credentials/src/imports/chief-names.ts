import type { ChiefField, ChiefManifest } from './chief-manifest.js';

const PLACEHOLDER = /\{\{\s*([\w.]+)\s*\}\}/g;

/** A placeholder that stands for nothing. */
export interface UnknownName {
  name: string;
  place: string;
}

/** What placeholders of a ChiefOnboarding manifest stand for here. */
export class ChiefNames {
  readonly unknown: UnknownName[] = [];
  /** Members of answers that it names as `oauth.…`. */
  readonly captured = new Set<string>();
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  private readonly fields: ReadonlyMap<string, ChiefField>;
  private readonly consents: boolean;

  /** @param values what the form would be filled in with; none of them secret but the client's own */
  constructor(
    manifest: ChiefManifest,
    private readonly values: Readonly<Record<string, string>>,
  ) {
    this.consents = manifest.oauth !== undefined;
    this.fields = new Map(manifest.initial_data_form.map((field) => [field.id, field]));
    this.clientId = this.playing(manifest, 'client_id', /^client_?id$/i);
    this.clientSecret = this.playing(manifest, 'client_secret', /^client_?secret$/i);
  }

  /** Fields besides the client's, in their order. */
  get others(): ChiefField[] {
    return [...this.fields.values()].filter(
      ({ id, name }) => id !== this.clientId && id !== this.clientSecret && name !== 'generate',
    );
  }

  /** The text with our names for theirs; a value that is no secret is put in. */
  translated(text: string, place: string): string {
    return text.replace(PLACEHOLDER, (_whole, name: string) => this.standsFor(name, place));
  }

  /** Whether a text is the placeholder of this name, and nothing else. */
  isOnly(text: string, name: string | null): boolean {
    return name !== null && new RegExp(`^\\{\\{\\s*${name}\\s*\\}\\}$`).test(text.trim());
  }

  names(text: string): string[] {
    return [...text.matchAll(PLACEHOLDER)].map(([, name]) => name!);
  }

  isSecret(id: string): boolean {
    return this.fields.get(id)?.secret === true;
  }

  isGiven(id: string): boolean {
    return this.values[id] !== undefined;
  }

  private standsFor(name: string, place: string): string {
    if (name === 'redirect_url') return '{{ redirect_uri }}';
    if (name === this.clientId) return '{{ client_id }}';
    if (name === this.clientSecret) return '{{ client_secret }}';
    if (name.startsWith('oauth.')) return this.ofTheAnswer(name.slice('oauth.'.length));
    const field = this.fields.get(name);
    if (!field) this.unknown.push({ name, place });
    if (field && !field.secret && this.values[name] !== undefined) return this.values[name];
    // Where its users consent, what is secret is the API service's: they fill nothing of it in.
    return `{{ ${this.consents && field?.secret ? 'secret' : 'field'}.${fieldKey(name)} }}`;
  }

  private ofTheAnswer(member: string): string {
    if (member === 'access_token' || member === 'refresh_token') return `{{ ${member} }}`;
    this.captured.add(member);
    return `{{ captured.${member} }}`;
  }

  /** The field that is the client's id or secret: where it is sent as that, or by its name. */
  private playing({ oauth, initial_data_form: form }: ChiefManifest, parameter: string, usual: RegExp): string | null {
    if (!oauth) return null;
    const urls = [oauth.authenticate_url, oauth.access_token.url, oauth.refresh?.url ?? ''];
    const sent = [
      ...urls.map((url) => new RegExp(`[?&]${parameter}=\\{\\{\\s*(\\w+)\\s*\\}\\}`).exec(url)?.[1]),
      ...[oauth.access_token.data, oauth.refresh?.data ?? {}].map(
        (data) => /^\{\{\s*(\w+)\s*\}\}$/.exec(String(data[parameter] ?? ''))?.[1],
      ),
    ];
    return sent.find((name) => name !== undefined) ?? form.find(({ id }) => usual.test(id))?.id ?? null;
  }
}

export const fieldKey = (id: string): string => id.toLowerCase();
