import type { ManifestInput } from '@lockkeeper/manifests';
import type { ChiefManifest, ChiefRequest } from './chief-manifest.js';
import { type ChiefNames, fieldKey } from './chief-names.js';
import type { ImportFault, ImportNote } from './chief-translation.js';

/** Secret fields besides the client's, of a manifest with `oauth`: the API service's own from then on. */
export interface ChiefSecrets {
  declared: NonNullable<ManifestInput['secrets']>;
  /** The form's fields that they are. */
  ids: string[];
  notes: ImportNote[];
  /** Places that none can stand in. */
  faults: ImportFault[];
}

interface PlacedText {
  place: string;
  text: string;
  /** Why no secret may stand there, and what to do; null where one may. */
  keepsOut: string | null;
}

const BROWSER =
  'is secret, and this address travels through the user’s browser. Take it out of authenticate_url; if it is no secret, say "secret": false.';
const ADDRESS =
  'is secret, and stands in the path of an address, where servers and proxies log it. Move it to data or headers, if the provider takes it there; if it is no secret, say "secret": false.';
const CALLS =
  'is secret, and headers are what calls to the API carry: those are made by access-tokens and its consumers, and no secret of an API service leaves credentials. Take this header out of the manifest, and have whoever calls the API send it with the call; if it is no secret, say "secret": false.';

/** Those that its token requests send. What only its calls to the API would send is refused, place by place. */
export function chiefSecrets(chief: ChiefManifest, names: ChiefNames): ChiefSecrets {
  const texts = textsOf(chief);
  const secret = chief.oauth ? names.others.filter((field) => field.secret) : [];
  const naming = (id: string) => texts.filter(({ text }) => names.names(text).includes(id));
  const sent = secret.filter(({ id }) => naming(id).some(({ keepsOut }) => keepsOut === null));
  return {
    ids: sent.map(({ id }) => id),
    declared: Object.fromEntries(
      sent.map(({ id, name, description }) => [
        fieldKey(id),
        { label: name, ...(description !== '' && { help: description }) },
      ]),
    ),
    notes: sent.flatMap(({ id }) => notesOf(chief, id, naming(id))),
    faults: secret.flatMap(({ id }) =>
      naming(id).flatMap(({ place, keepsOut }) =>
        keepsOut === null ? [] : [{ pointer: `/manifest${place}`, message: `names {{ ${id} }}, which ${keepsOut}` }],
      ),
    ),
  };
}

function notesOf({ initial_data_form: form }: ChiefManifest, id: string, places: readonly PlacedText[]): ImportNote[] {
  const at = form.findIndex((field) => field.id === id);
  const note = `${id} became the API service’s secret ${fieldKey(id)}: sealed, never shown again, and sent by credentials only.`;
  return [
    { pointer: `/manifest/initial_data_form/${at}`, note },
    ...places
      .filter(({ keepsOut }) => keepsOut === null)
      .map(({ place }) => ({ pointer: `/manifest${place}`, note: `Sends {{ secret.${fieldKey(id)} }}.` })),
  ];
}

function textsOf({ oauth, headers }: ChiefManifest): PlacedText[] {
  if (!oauth) return [];
  return [
    { place: '/oauth/authenticate_url', text: oauth.authenticate_url, keepsOut: BROWSER },
    ...textsOfRequest('/oauth/access_token', oauth.access_token),
    ...(oauth.refresh ? textsOfRequest('/oauth/refresh', oauth.refresh) : []),
    ...Object.entries(headers).map(([name, text]) => ({ place: `/headers/${name}`, text, keepsOut: CALLS })),
  ];
}

/** Its query goes into the body. */
function textsOfRequest(place: string, { url, data, headers }: ChiefRequest): PlacedText[] {
  const [path = '', ...query] = url.split('?');
  const given = [
    ...Object.entries(data).map(([name, text]) => [`/data/${name}`, String(text)] as const),
    ...Object.entries(headers).map(([name, text]) => [`/headers/${name}`, text] as const),
  ];
  return [
    { place: `${place}/url`, text: path, keepsOut: ADDRESS },
    { place: `${place}/url`, text: query.join('?'), keepsOut: null },
    ...given.map(([at, text]) => ({ place: place + at, text, keepsOut: null })),
  ];
}
