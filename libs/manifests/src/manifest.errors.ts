import { LockkeeperError } from '@lockkeeper/doors';

/** One thing to mend in a manifest. */
export interface ManifestFault {
  /** RFC 6901: where it stands. */
  pointer: string;
  problem: string;
  mend: string;
}

/** A manifest that can't be used, with everything that is wrong with it. */
export class ManifestRefused extends LockkeeperError {
  constructor(readonly faults: readonly ManifestFault[]) {
    const [first] = faults;
    super({
      kind: 'invalid',
      code: 'manifest_refused',
      title: 'This manifest can’t be used.',
      detail:
        faults.length === 1
          ? `${first!.pointer || 'It'} ${first!.problem}.`
          : `It has ${faults.length} faults; see faults.`,
      hint: faults.length === 1 ? first!.mend : 'Mend each of the faults; every one says how.',
      members: { faults },
    });
  }
}
