import { join } from 'node:path';
import jwt, { type KeyPair } from '@nats-io/jwt';
import { ACCOUNTS, type AccountName } from './nats-permissions.js';
import { keyPairOf } from './nkey-pair.js';
import { createPrivateFile, readIfThere } from './private-files.js';
import { StackError } from './stack.error.js';

/** Seeds of everything that signs. Whoever has them is the operator: they stay offline. */
interface Seeds {
  operator: string;
  operatorSigning: string;
  consumersScope: string;
  accounts: Record<AccountName, { identity: string; signing: string }>;
}

/** The keys of one NATS world, drawn once. Identities only name accounts; signing keys sign, and can be replaced. */
export class NatsKeys {
  private readonly pairs = new Map<string, KeyPair>();

  private constructor(private readonly seeds: Seeds) {}

  /** @param directory made by whoever calls; the seeds lie in its `offline/keys.json` */
  static async open(directory: string): Promise<NatsKeys> {
    const file = join(directory, 'offline', 'keys.json');
    const elsewhere =
      (await readIfThere(file)) === null && (await readIfThere(join(directory, 'server', 'operator.jwt'))) !== null;
    if (elsewhere) {
      throw new StackError(
        `The keys that signed the NATS accounts in ${directory} are not there any more.`,
        'Put the folder `offline` back for as long as this takes. New keys would make a new world, in which no present user can log in.',
      );
    }
    return new NatsKeys(JSON.parse(await createPrivateFile(file, () => JSON.stringify(draw(), null, 2))) as Seeds);
  }

  get operator(): KeyPair {
    return this.pair(this.seeds.operator);
  }

  get operatorSigning(): KeyPair {
    return this.pair(this.seeds.operatorSigning);
  }

  /** Signs consumers' users and nothing else: the one key that a running app holds. */
  get consumersScope(): KeyPair {
    return this.pair(this.seeds.consumersScope);
  }

  identity(account: AccountName): KeyPair {
    return this.pair(this.seeds.accounts[account].identity);
  }

  signing(account: AccountName): KeyPair {
    return this.pair(this.seeds.accounts[account].signing);
  }

  publicId(account: AccountName): string {
    return this.identity(account).getPublicKey();
  }

  private pair(seed: string): KeyPair {
    const pair = this.pairs.get(seed) ?? keyPairOf(seed);
    this.pairs.set(seed, pair);
    return pair;
  }
}

function draw(): Seeds {
  const account = (): Seeds['accounts']['SYS'] => ({
    identity: seedOf(jwt.createAccount()),
    signing: seedOf(jwt.createAccount()),
  });
  return {
    operator: seedOf(jwt.createOperator()),
    operatorSigning: seedOf(jwt.createOperator()),
    consumersScope: seedOf(jwt.createAccount()),
    accounts: Object.fromEntries(ACCOUNTS.map((name) => [name, account()])) as Seeds['accounts'],
  };
}

export const seedOf = (pair: KeyPair): string => new TextDecoder().decode(pair.getSeed());
