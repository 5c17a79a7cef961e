import { createHash } from 'node:crypto';
import { join } from 'node:path';
import jwt, { type Account, type KeyPair, type SigningKey } from '@nats-io/jwt';
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
import { createPrivateFile, privateDirectory, readIfThere, replacePrivateFile } from './private-files.js';

/** Seeds of everything that signs. Whoever has them is the operator: they stay offline (`offline/keys.json`). */
interface OfflineKeys {
  operator: string;
  operatorSigning: string;
  consumersScope: string;
  accounts: Record<AccountName, { identity: string; signing: string }>;
}

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
 * The NATS world of one installation in operator mode: keys, accounts, users, all signed here, none known to the server but by its public part.
 * Keys are drawn once and kept; the rest is signed again whenever what it says has changed, so that an update of Lockkeeper needs no new world.
 *
 * `server/` goes to the server (nothing secret), `<user>.creds` each to its service, `consumers-scope.nk` and `consumers.pub` to access-tokens,
 * `offline/` to nobody. All mode 600.
 */
export class NatsAccounts {
  private constructor(
    readonly directory: string,
    private readonly keys: OfflineKeys,
  ) {}

  static async generate(directory: string): Promise<NatsAccounts> {
    await privateDirectory(directory);
    await privateDirectory(join(directory, 'offline'));
    const keys = await createPrivateFile(join(directory, 'offline', 'keys.json'), () =>
      JSON.stringify(drawKeys(), null, 2),
    );
    const accounts = new NatsAccounts(directory, JSON.parse(keys) as OfflineKeys);
    await accounts.signWhatChanged();
    return accounts;
  }

  credsFile(user: UserName): string {
    return join(this.directory, `${user}.creds`);
  }

  get systemAccount(): string {
    return this.publicId('SYS');
  }

  /** A JWT's date decides which of two is newer, so nothing is signed again without a reason. */
  private async signWhatChanged(): Promise<void> {
    const definition = createHash('sha256')
      .update(JSON.stringify([EXPORTS, IMPORTS, USER_PERMISSIONS, CONSUMER_TEMPLATE, NO_LIMIT, JETSTREAM]))
      .digest('hex');
    const stamp = join(this.directory, 'offline', 'definition');
    if ((await readIfThere(stamp)) === definition) return;
    const signed = { ...(await this.serverFiles()), ...(await this.userFiles()) };
    for (const [file, content] of Object.entries(signed)) await replacePrivateFile(join(this.directory, file), content);
    await replacePrivateFile(stamp, definition);
  }

  private async serverFiles(): Promise<Record<string, string>> {
    const operatorSigning = jwt.fromSeed(bytes(this.keys.operatorSigning));
    const operator = await jwt.encodeOperator('lockkeeper', jwt.fromSeed(bytes(this.keys.operator)), {
      signing_keys: [operatorSigning.getPublicKey()],
      system_account: this.systemAccount,
      strict_signing_key_usage: true,
    } as Parameters<typeof jwt.encodeOperator>[2]);
    const preload = await Promise.all(
      ACCOUNTS.map(async (name) => {
        const token = await jwt.encodeAccount(name, this.identity(name), await this.account(name), {
          signer: operatorSigning,
        });
        return `${this.publicId(name)}: ${token}\n`;
      }),
    );
    return { 'server/operator.jwt': operator, 'server/preload.conf': preload.join('') };
  }

  private async account(name: AccountName): Promise<Partial<Account>> {
    const signing_keys = name === 'CONSUMERS' ? [this.consumersScope()] : [this.signing(name).getPublicKey()];
    const imports = await Promise.all(
      IMPORTS[name].map(([from, exported]) => this.activatedImport(name, from, exported)),
    );
    const limits = name === 'BROKER' ? { ...NO_LIMIT, ...JETSTREAM } : NO_LIMIT;
    return { exports: EXPORTS[name], imports, limits, signing_keys } as unknown as Partial<Account>;
  }

  private async activatedImport(to: AccountName, from: AccountName, name: string): Promise<object> {
    const offered = EXPORTS[from].find((candidate) => candidate.name === name);
    if (!offered) throw new Error(`${from} exports no ${name}`);
    const token = await jwt.encodeActivation(
      name,
      this.publicId(to),
      this.identity(from),
      offered.type,
      { subject: offered.subject },
      { signer: this.signing(from) },
    );
    return { ...importOf(offered, this.publicId(from)), token };
  }

  /** Written by hand: the library's `newScopedSigner` adds `resp`, which lets a reader answer, and so publish. */
  private consumersScope(): SigningKey {
    const key = jwt.fromSeed(bytes(this.keys.consumersScope)).getPublicKey();
    return { kind: 'user_scope', key, role: 'consumer', template: CONSUMER_TEMPLATE } as unknown as SigningKey;
  }

  private async userFiles(): Promise<Record<string, string>> {
    const creds = await Promise.all(
      USERS.map(async (name) => {
        const { account, permissions } = USER_PERMISSIONS[name];
        const user = jwt.createUser();
        const token = await jwt.encodeUser(name, user, this.identity(account), structuredClone(permissions), {
          signer: this.signing(account),
        });
        return [`${name}.creds`, text(jwt.fmtCreds(token, user))] as const;
      }),
    );
    return {
      ...Object.fromEntries(creds),
      'consumers-scope.nk': this.keys.consumersScope,
      'consumers.pub': this.publicId('CONSUMERS'),
    };
  }

  private identity(name: AccountName): KeyPair {
    return jwt.fromSeed(bytes(this.keys.accounts[name].identity));
  }

  private signing(name: AccountName): KeyPair {
    return jwt.fromSeed(bytes(this.keys.accounts[name].signing));
  }

  private publicId(name: AccountName): string {
    return this.identity(name).getPublicKey();
  }
}

function drawKeys(): OfflineKeys {
  const seed = (pair: KeyPair): string => text(pair.getSeed());
  const account = (): { identity: string; signing: string } => ({
    identity: seed(jwt.createAccount()),
    signing: seed(jwt.createAccount()),
  });
  return {
    operator: seed(jwt.createOperator()),
    operatorSigning: seed(jwt.createOperator()),
    consumersScope: seed(jwt.createAccount()),
    accounts: Object.fromEntries(ACCOUNTS.map((name) => [name, account()])) as OfflineKeys['accounts'],
  };
}

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const text = (value: Uint8Array): string => new TextDecoder().decode(value);
