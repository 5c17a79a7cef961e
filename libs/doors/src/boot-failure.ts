import { LockkeeperError } from './lockkeeper.error.js';

/** Why a workspace can't start, on stderr: our own errors in plain words, anything else with its stack. Ends the process. */
export function failBoot(error: unknown): never {
  const told = error instanceof LockkeeperError ? [error.detail, error.hint].filter(Boolean).join('\n') : undefined;
  const settings = error instanceof Error && error.name === 'SettingsInvalid' ? error.message : undefined;
  process.stderr.write(
    `${told ?? settings ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
  );
  process.exit(1);
}
