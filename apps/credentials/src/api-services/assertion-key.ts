import { InvalidInput } from '@lockkeeper/doors';
import type { Manifest } from '@lockkeeper/manifests';
import { checkSigningKey, Secret, SealingError } from '@lockkeeper/sealing';

/** A manifest that signs assertions needs a key that can, and no other manifest wants one. @throws InvalidInput */
export async function checkAssertionKey(
  { assertion }: Manifest,
  { given, held }: { given: string | undefined; held: boolean },
): Promise<void> {
  if (!assertion && given !== undefined) throw refused('is of no use: the grant in the manifest signs nothing');
  if (!assertion) return;
  if (given === undefined && !held)
    throw refused('is needed: with the grant jwt_bearer a private key signs what the token is asked for with');
  if (given === undefined) return;
  try {
    await checkSigningKey(new Secret(given), assertion.algorithm);
  } catch (error) {
    if (error instanceof SealingError) throw refused(error.detail);
    throw error;
  }
}

const refused = (message: string): InvalidInput => new InvalidInput([{ pointer: '/assertionKey', message }]);
