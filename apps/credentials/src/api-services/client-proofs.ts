import { Injectable } from '@nestjs/common';
import { InvalidInput } from '@lockkeeper/doors';
import { clientAuthenticationsIn, pointerTo, serviceSecretFaults, serviceSecretNames } from '@lockkeeper/manifests';
import { checkedCertificate, drawSigningKey, KeyRing, type PublicKey, SealingError, Secret } from '@lockkeeper/sealing';
import { assertionRules } from '../token-endpoint/client-assertion.js';
import type { ClientCertificate } from '../token-endpoint/oauth-target.js';
import type { ApiService, ClientKeyFacts, SecretChange } from './api-service.entity.js';

/** How long the one that is replaced stays published after the last assertion that it may have signed. */
const STAYS_PUBLISHED_SECONDS = 86_400;

export interface OpenedProofs {
  clientSecret: Secret | null;
  /** The staged one and the former, as far as there are any. */
  otherSecrets: Secret[];
  secrets: Record<string, Secret>;
  assertionKey: Secret | null;
  clientKey: Secret | null;
  certificate: ClientCertificate | null;
}

/** What clients prove themselves with besides secrets: keys that are drawn here, certificates that were given. */
@Injectable()
export class ClientProofs {
  constructor(private readonly keyRing: KeyRing) {}

  setSecret(apiService: ApiService, secret: Secret | null): void {
    apiService.clientSecret = secret && this.keyRing.seal(secret, place(apiService, 'client_secret'));
    apiService.clientSecretFingerprint = secret && this.keyRing.fingerprint(secret);
    apiService.clientSecretChangedAt = secret && new Date();
  }

  /** In one stroke: nothing is left to fall back to. */
  replaceSecret(apiService: ApiService, secret: Secret): void {
    this.setSecret(apiService, secret);
    Object.assign(apiService, { formerSecret: null, formerSecretFacts: null });
  }

  /** Beside the one in use, which stays in use. */
  stageSecret(
    apiService: ApiService,
    secret: Secret,
    change: Omit<SecretChange, 'state' | 'fingerprint' | 'stagedAt' | 'decidedAt' | 'detail' | 'usedAt'>,
  ): void {
    apiService.stagedSecret = this.keyRing.seal(secret, place(apiService, 'staged_secret'));
    const fingerprint = this.keyRing.fingerprint(secret);
    const stagedAt = new Date().toISOString();
    apiService.secretChange = { ...change, state: 'staged', fingerprint, stagedAt, decidedAt: null, detail: null };
  }

  /** The staged one takes over; the one before is kept for as long as was said. */
  promoteSecret(apiService: ApiService): void {
    const { clientSecret, clientSecretFingerprint, clientSecretChangedAt, stagedSecret, secretChange } = apiService;
    if (clientSecret !== null) {
      const former = this.keyRing.open(clientSecret, place(apiService, 'client_secret'));
      apiService.formerSecret = this.keyRing.seal(former, place(apiService, 'former_secret'));
      apiService.formerSecretFacts = {
        fingerprint: clientSecretFingerprint ?? '',
        changedAt: (clientSecretChangedAt ?? new Date()).toISOString(),
        until: new Date(Date.now() + secretChange!.keepFormerSeconds * 1000).toISOString(),
      };
    }
    this.setSecret(apiService, this.openStaged(apiService.id, stagedSecret!));
    apiService.stagedSecret = null;
    apiService.secretChange = null;
  }

  openStaged(id: string, sealed: string): Secret {
    return this.keyRing.open(sealed, place({ id }, 'staged_secret'));
  }

  /** Null once its time is over, erased or not. */
  formerSecret(apiService: ApiService): Secret | null {
    const { formerSecret, formerSecretFacts } = apiService;
    if (formerSecret === null || Date.parse(formerSecretFacts!.until) <= Date.now()) return null;
    return this.keyRing.open(formerSecret, place(apiService, 'former_secret'));
  }

  fingerprint(secret: Secret): string {
    return this.keyRing.fingerprint(secret);
  }

  setAssertionKey(apiService: ApiService, key: Secret | null): void {
    apiService.assertionKey = key && this.keyRing.seal(key, place(apiService, 'assertion_key'));
    apiService.assertionKeyFingerprint = key && this.keyRing.fingerprint(key);
    apiService.assertionKeyChangedAt = key && new Date();
  }

  /**
   * Those that its manifest declares besides the client's: what isn't given stays, what is declared no longer is erased.
   * @throws InvalidInput naming every one that is missing or unknown
   */
  setServiceSecrets(apiService: ApiService, given: Readonly<Record<string, unknown>> = {}): void {
    const { manifest, serviceSecretFacts: facts } = apiService;
    const faults = serviceSecretFaults(manifest, given, Object.keys(facts));
    if (faults.length > 0)
      throw new InvalidInput(
        faults.map(({ name, problem }) => ({ pointer: pointerTo(['secrets', name]), message: problem })),
      );
    const names = serviceSecretNames(manifest);
    const fresh = new Map(Object.entries(given).map(([name, value]) => [name, new Secret(value as string)]));
    const held = this.serviceSecretsOf(apiService);
    const all = names.map((name) => [name, (fresh.get(name) ?? held[name]!).reveal()] as const);
    const sealed = JSON.stringify(Object.fromEntries(all));
    apiService.serviceSecrets =
      names.length === 0 ? null : this.keyRing.seal(sealed, place(apiService, 'service_secrets'));
    const changedAt = new Date().toISOString();
    apiService.serviceSecretFacts = Object.fromEntries(
      names.map((name) => {
        const secret = fresh.get(name);
        return [name, secret ? { fingerprint: this.keyRing.fingerprint(secret), changedAt } : facts[name]!];
      }),
    );
  }

  /** The first key, or another one where the manifest now wants another algorithm. */
  async provideKey(apiService: ApiService): Promise<void> {
    if (!clientAuthenticationsIn(apiService.manifest).has('private_key_jwt')) return;
    const { algorithm } = assertionRules(apiService.manifest);
    const newest = apiService.clientKeyFacts.at(-1);
    if (newest?.publicKey.alg !== algorithm) await this.rotateKey(apiService, 0);
  }

  /** @param signAfterSeconds the time that the provider has to learn of the new key; the one before signs until then */
  async rotateKey(apiService: ApiService, signAfterSeconds: number): Promise<void> {
    const { privateKey, publicKey } = await drawSigningKey(assertionRules(apiService.manifest).algorithm);
    const now = Date.now();
    const signsFrom = now + signAfterSeconds * 1000;
    const until = new Date(signsFrom + STAYS_PUBLISHED_SECONDS * 1000).toISOString();
    const kept = publishedAt(apiService.clientKeyFacts, now).map((facts) => ({
      ...facts,
      publishedUntil: facts.publishedUntil ?? until,
    }));
    const keys = this.keysOf(apiService);
    const privateKeys = kept.map(({ publicKey: { kid } }) => [kid, keys[kid]] as const);
    const all = Object.fromEntries([...privateKeys, [publicKey.kid, privateKey.reveal()]]);
    apiService.clientKeys = this.keyRing.seal(JSON.stringify(all), place(apiService, 'client_keys'));
    apiService.clientKeyFacts = [
      ...kept,
      { publicKey, signsFrom: new Date(signsFrom).toISOString(), publishedUntil: null },
    ];
  }

  /** @throws InvalidInput */
  setCertificate(
    apiService: ApiService,
    { certificate, privateKey }: { certificate: string; privateKey: string },
  ): void {
    try {
      apiService.clientCertificateFacts = checkedCertificate(certificate, new Secret(privateKey), new Date());
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      throw new InvalidInput([{ pointer: '/clientCertificate', message: error.detail }]);
    }
    const pair = JSON.stringify({ certificate, privateKey });
    apiService.clientCertificate = this.keyRing.seal(pair, place(apiService, 'client_certificate'));
  }

  /** For the requests of one target. */
  opened(apiService: ApiService): OpenedProofs {
    const { id, clientSecret, stagedSecret, assertionKey } = apiService;
    const staged = stagedSecret === null ? null : this.openStaged(id, stagedSecret);
    return {
      clientSecret: clientSecret === null ? null : this.keyRing.open(clientSecret, place(apiService, 'client_secret')),
      otherSecrets: [staged, this.formerSecret(apiService)].filter((secret) => secret !== null),
      secrets: this.serviceSecretsOf(apiService),
      assertionKey: assertionKey === null ? null : this.keyRing.open(assertionKey, place(apiService, 'assertion_key')),
      clientKey: this.signingKey(apiService),
      certificate: this.certificateOf(apiService),
    };
  }

  private serviceSecretsOf(apiService: ApiService): Record<string, Secret> {
    const { serviceSecrets } = apiService;
    if (serviceSecrets === null) return {};
    const opened = this.keyRing.open(serviceSecrets, place(apiService, 'service_secrets'));
    const values = Object.entries(JSON.parse(opened.reveal()) as Record<string, string>);
    return Object.fromEntries(values.map(([name, value]) => [name, new Secret(value)]));
  }

  private signingKey(apiService: ApiService): Secret | null {
    const signing = apiService.clientKeyFacts.filter(({ signsFrom }) => Date.parse(signsFrom) <= Date.now()).at(-1);
    const key = signing && this.keysOf(apiService)[signing.publicKey.kid];
    return key === undefined ? null : new Secret(key);
  }

  private keysOf(apiService: ApiService): Record<string, string> {
    const { clientKeys } = apiService;
    if (clientKeys === null) return {};
    const opened = this.keyRing.open(clientKeys, place(apiService, 'client_keys'));
    return JSON.parse(opened.reveal()) as Record<string, string>;
  }

  private certificateOf(apiService: ApiService): ClientCertificate | null {
    const { clientCertificate } = apiService;
    if (clientCertificate === null) return null;
    const opened = this.keyRing.open(clientCertificate, place(apiService, 'client_certificate'));
    const { certificate, privateKey } = JSON.parse(opened.reveal()) as { certificate: string; privateKey: string };
    const expiresAt = apiService.clientCertificateFacts?.expiresAt;
    return { certificate, privateKey: new Secret(privateKey), ...(expiresAt !== undefined && { expiresAt }) };
  }
}

const publishedAt = (facts: readonly ClientKeyFacts[], now: number): ClientKeyFacts[] =>
  facts.filter(({ publishedUntil }) => publishedUntil === null || Date.parse(publishedUntil) > now);

/** RFC 7517 section 5: what a provider may know of them now. */
export const publishedKeys = ({ clientKeyFacts }: ApiService): PublicKey[] =>
  publishedAt(clientKeyFacts, Date.now()).map(({ publicKey }) => publicKey);

const place = ({ id }: Pick<ApiService, 'id'>, column: string) => ({ table: 'api_services', id, column });
