import { createHash } from 'node:crypto';
import { join } from 'node:path';
import jwt, { type Account, type Operator, type SigningKey } from '@nats-io/jwt';
import { NatsKeys, seedOf } from './nats-keys.js';
import {
  ACCOUNTS,
  type AccountName,
  CONSUMER_TEMPLATE,
  EXPORTS,
  IMPORTS,
  USERS,
  USER_PERMISSIONS,
  type UserName,
  importOf,
} from './nats-permissions.js';
import { keyPairOf } from './nkey-pair.js';
import { privateDirectory, readIfThere, replacePrivateFile } from './private-files.js';

/** In an account's JWT what isn't said is none, not unlimited. */
const NO_LIMIT = {
  subs: -1,
  data: -1,
  payload: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
  conn: -1,
  leaf: 0,
  disallow_bearer: true,
};
const JETSTREAM = {
  mem_storage: 64 * 2 ** 20,
  disk_storage: 8 * 2 ** 30,
  streams: 10,
  consumer: 1000,
  max_bytes_required: false,
};

/**
 * The NATS world of one installation in operator mode: accounts and users, signed here, none known to the server but by its public part.
 * Keys are drawn once and kept; the rest is signed again whenever what it says has changed, so that an update of Lockkeeper needs no new world.
 *
 * `server/` goes to the server (nothing secret), `<user>.creds` each to its service, `consumers-scope.nk` and `consumers.pub` to access-tokens,
 * `offline/` to nobody. All mode 600.
 */
export class NatsAccounts {
  private constructor(
    readonly directory: string,
    private readonly keys: NatsKeys,
  ) {}

  static async generate(directory: string): Promise<NatsAccounts> {
    await privateDirectory(directory);
    await privateDirectory(join(directory, 'offline'));
    const accounts = new NatsAccounts(directory, await NatsKeys.open(directory));
    await accounts.signWhatChanged();
    return accounts;
  }

  credsFile(user: UserName): string {
    return join(this.directory, `${user}.creds`);
  }

  /** The settings of access-tokens that let it make consumers' users and their durables. */
  get consumersSettings(): Record<string, string> {
    return {
      ACCESS_TOKENS_CONSUMERS_SIGNING_KEY_FILE: join(this.directory, 'consumers-scope.nk'),
      ACCESS_TOKENS_CONSUMERS_ACCOUNT_FILE: join(this.directory, 'consumers.pub'),
      ACCESS_TOKENS_DURABLES_NATS_CREDS_FILE: this.credsFile('durables'),
    };
  }

  get systemAccount(): string {
    return this.keys.publicId('SYS');
  }

  /** A JWT's date decides which of two is newer, so nothing is signed again without a reason. */
  private async signWhatChanged(): Promise<void> {
    const definition = createHash('sha256')
      .update(JSON.stringify([EXPORTS, IMPORTS, USER_PERMISSIONS, CONSUMER_TEMPLATE, NO_LIMIT, JETSTREAM]))
      .digest('hex');
    const stamp = join(this.directory, 'offline', 'definition');
    if ((await readIfThere(stamp)) === definition) return;
    const signed = { ...(await this.serverFiles()), ...(await this.userFiles()) };
    const written = Object.entries(signed).map(([file, content]) =>
      replacePrivateFile(join(this.directory, file), content),
    );
    await Promise.all(written);
    await replacePrivateFile(stamp, definition);
  }

  private async serverFiles(): Promise<Record<string, string>> {
    // The library's type leaves out the switch by which identities, which are kept offline, sign nothing a server accepts.
    const operator: Partial<Operator> & { strict_signing_key_usage: true } = {
      signing_keys: [this.keys.operatorSigning.getPublicKey()],
      system_account: this.systemAccount,
      strict_signing_key_usage: true,
    };
    const preload = await Promise.all(
      ACCOUNTS.map(async (name) => `${this.keys.publicId(name)}: ${await this.accountJwt(name)}\n`),
    );
    return {
      'server/operator.jwt': await jwt.encodeOperator('lockkeeper', this.keys.operator, operator),
      'server/preload.conf': preload.join(''),
    };
  }

  private async accountJwt(name: AccountName): Promise<string> {
    const imports = IMPORTS[name].map(([from, exported]) => this.activatedImport(name, from, exported));
    const account: Partial<Account> = {
      exports: EXPORTS[name],
      imports: await Promise.all(imports),
      limits: name === 'BROKER' ? { ...NO_LIMIT, ...JETSTREAM } : NO_LIMIT,
      signing_keys: [name === 'CONSUMERS' ? this.consumersScope() : this.keys.signing(name).getPublicKey()],
    };
    return jwt.encodeAccount(name, this.keys.identity(name), account, { signer: this.keys.operatorSigning });
  }

  private async activatedImport(
    to: AccountName,
    from: AccountName,
    name: string,
  ): Promise<NonNullable<Account['imports']>[number]> {
    const offered = EXPORTS[from].find((candidate) => candidate.name === name);
    if (!offered) throw new Error(`${from} exports no ${name}`);
    const { subject, type } = offered;
    const signer = this.keys.signing(from);
    const token = await jwt.encodeActivation(
      name,
      this.keys.identity(to),
      this.keys.identity(from),
      type,
      { subject },
      { signer },
    );
    return { ...importOf(offered, this.keys.publicId(from)), token };
  }

  /** Written by hand: the library's `newScopedSigner` adds `resp`, which lets a reader answer, and so publish. */
  private consumersScope(): SigningKey {
    const key = this.keys.consumersScope.getPublicKey();
    return { kind: 'user_scope', key, role: 'consumer', template: structuredClone(CONSUMER_TEMPLATE) };
  }

  private async userFiles(): Promise<Record<string, string>> {
    const creds = await Promise.all(USERS.map(async (name) => [`${name}.creds`, await this.creds(name)]));
    return {
      ...Object.fromEntries(creds),
      'consumers-scope.nk': seedOf(this.keys.consumersScope),
      'consumers.pub': this.keys.publicId('CONSUMERS'),
    };
  }

  private async creds(name: UserName): Promise<string> {
    const { account, permissions } = USER_PERMISSIONS[name];
    const user = keyPairOf(seedOf(jwt.createUser()));
    const signer = this.keys.signing(account);
    const token = await jwt.encodeUser(name, user, this.keys.identity(account), structuredClone(permissions), {
      signer,
    });
    return new TextDecoder().decode(jwt.fmtCreds(token, user));
  }
}
