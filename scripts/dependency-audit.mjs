// Asks the npm registry whether a package that we ship is known to be vulnerable.
import { spawnSync } from 'node:child_process';
import { root } from './project.mjs';

/**
 * High and critical ones count; those of development only don't run anywhere.
 * @returns {{ code: number, output: string, note?: string }} a registry that can't be asked is told, and is no failure: nobody's change caused it
 */
export function dependencyAudit() {
  const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  const report = error ? null : parsed(stdout);
  if (!report?.vulnerabilities)
    return { code: 0, output: '', note: 'could not check: the registry gave no advisories' };
  const grave = Object.values(report.vulnerabilities).filter(({ severity }) => ['high', 'critical'].includes(severity));
  const lines = grave.map(({ name, severity, range, fixAvailable }) => {
    const mend = fixAvailable ? 'npm audit fix mends it' : 'there is no mended version yet';
    return `${name} ${range} is vulnerable (${severity}); ${mend}`;
  });
  return { code: grave.length > 0 ? 1 : 0, output: lines.join('\n') };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no report
  }
}
