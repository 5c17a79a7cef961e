import { valueAt } from '@lockkeeper/manifests';
import type { Manifest } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { processDeviceAuthorizationResponse } from 'oauth4webapi';
import type { AnswerBody } from './answer-body.js';
import { authenticated } from './client-authentication.js';
import { unusable } from './faults.js';
import { scopeOf } from './granted-scope.js';
import type { OAuthTarget } from './oauth-target.js';
import type { RawAnswer } from './raw-answer.js';
import { capturedValues, commonValues } from './template-values.js';
import { successfulBody } from './token-answer.js';
import { tokenRequest } from './token-request.js';
import { overlaid, renderUrl, shownBy, written } from './wire-request.js';
import type { WireRequest } from './wire-request.js';

/** RFC 8628 section 3.2. */
export interface DeviceAuthorization {
  /** As good as the user's consent, once it is given: it stays in this workspace. */
  deviceCode: Secret;
  /** What the user types. */
  userCode: string;
  /** Where the user types it. */
  verificationUri: string;
  /** The same with the code in it; null where the provider has none. */
  verificationUriComplete: string | null;
  expiresInSeconds: number;
  /** The least that lies between two polls. */
  intervalSeconds: number;
}

/** "If no value is provided, clients MUST use 5 as the default." */
const DEFAULT_INTERVAL_SECONDS = 5;

type Device = NonNullable<Manifest['device']>;

/** RFC 8628 section 3.1: `client_id` and `scope`, the client proven as at the token endpoint. */
export async function deviceRequest(target: OAuthTarget, scopes: readonly string[]): Promise<WireRequest> {
  const device = target.manifest.device!;
  const scope = scopeOf(target.manifest, scopes);
  const values = { ...commonValues(target), scope };
  const url = renderUrl(target.manifest, device, values);
  const own = await authenticated(device.authentication, { target, values });
  const standard = { client_id: target.clientId, ...(scope !== '' && { scope }), ...own.parameters };
  const parameters = overlaid(Object.entries<string>(standard), device.body.parameters, values);
  const headers = { accept: 'application/json', ...own.headers };
  const wire = written({ request: { ...device, method: 'POST' }, url, parameters, headers }, values);
  return { ...wire, certificate: shownBy(target, device.authentication) };
}

/** RFC 8628 section 3.4, in the provider's dialect: some want the scopes once more, by a template of the manifest. */
export function pollRequest(target: OAuthTarget, deviceCode: Secret, scopes: readonly string[]): Promise<WireRequest> {
  const code = deviceCode.reveal();
  const grant = { type: 'urn:ietf:params:oauth:grant-type:device_code' as const, parameters: { device_code: code } };
  const scope = scopeOf(target.manifest, scopes);
  const values = { ...commonValues(target), ...capturedValues({}), device_code: code, scope };
  return tokenRequest(target, grant, { request: target.manifest.token, values });
}

/** No I/O. Throws a TokenFault for whatever is no whole answer. */
export async function readDeviceAnswer(target: OAuthTarget, answer: RawAnswer): Promise<DeviceAuthorization> {
  const body = successfulBody(target, answer, {});
  const as = { issuer: target.manifest.issuer ?? target.manifest.token.url };
  const response = Response.json(standardMembers(target.manifest.device!, body));
  const read = await processDeviceAuthorizationResponse(as, { client_id: target.clientId }, response).catch(() => {
    // The library's errors carry the whole body, the device code included.
    throw incomplete(answer);
  });
  const complete = read.verification_uri_complete ?? null;
  if (read.expires_in <= 0 || !isAddress(read.verification_uri) || (complete !== null && !isAddress(complete)))
    throw incomplete(answer);
  return {
    deviceCode: new Secret(read.device_code),
    userCode: read.user_code,
    verificationUri: read.verification_uri,
    verificationUriComplete: complete,
    expiresInSeconds: read.expires_in,
    intervalSeconds: Math.ceil(read.interval ?? DEFAULT_INTERVAL_SECONDS),
  };
}

function standardMembers(device: Device, body: AnswerBody): Record<string, unknown> {
  const places = {
    device_code: device.deviceCode,
    user_code: device.userCode,
    verification_uri: device.verificationUri,
    verification_uri_complete: device.verificationUriComplete,
    expires_in: device.expires,
    interval: device.interval,
  };
  const found = Object.entries(places).map(([name, at]) => [name, valueAt(body, at) ?? undefined] as const);
  const numbers = found.map(([name, value]) => [name, name === 'interval' ? intervalOf(value) : value] as const);
  return Object.fromEntries(numbers.filter(([, value]) => value !== undefined));
}

/** Some write numbers as text; none polls more often than once in a second. */
function intervalOf(value: unknown): unknown {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && number < 1 ? 1 : number;
}

/** It is shown as a link: nothing that a browser would carry out. */
function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

const incomplete = (answer: RawAnswer) =>
  unusable(answer, {
    code: 'device_answer_incomplete',
    title: 'The provider’s answer is no device authorization',
    detail: `The provider answered ${answer.status}, without all of device code, user code, verification address and lifetime.`,
    hint: 'Compare the places in device of the manifest with what the provider sends (RFC 8628 section 3.2).',
  });
