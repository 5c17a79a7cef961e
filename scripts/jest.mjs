// Runs Jest and tells how it went, in numbers.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inProject, nodeProgram, run } from './project.mjs';

/** Jest loads ES modules only behind this flag, and warns about it. */
const FLAGS = ['--experimental-vm-modules', '--no-warnings'];

/**
 * @returns {Promise<{ code: number, output: string, passed: number, failed: number, files: JestFile[] }>}
 * @typedef {{ name: string, message: string, assertionResults: { title: string, status: 'passed' | 'failed' | 'pending', failureMessages: string[] }[] }} JestFile
 */
export async function jest(args, { capture = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-jest-'));
  const results = join(folder, 'results.json');
  try {
    const program = inProject('node_modules', 'jest', 'bin', 'jest.js');
    const told = ['--json', `--outputFile=${results}`, ...args];
    const { code, output } = await run(nodeProgram(), [...FLAGS, program, ...told], { capture });
    return { code, output, ...counted(results) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that could not even be loaded counts as one failure; so does a run that told nothing. */
function counted(results) {
  if (!existsSync(results)) return { passed: 0, failed: 1, files: [] };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults } = JSON.parse(
    readFileSync(results, 'utf8'),
  );
  return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, files: testResults };
}
