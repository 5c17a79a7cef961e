import { execFile, type ExecFileOptions } from 'node:child_process';
import { promisify } from 'node:util';
import { StackError } from './stack.error.js';

const execute = promisify(execFile);

/** Runs a program to its end. @returns what it wrote to stdout @throws StackError with what it wrote to stderr */
export async function run(command: string, args: string[], options: ExecFileOptions = {}): Promise<string> {
  try {
    const { stdout } = await execute(command, args, { ...options, encoding: 'utf8' });
    return stdout;
  } catch (cause) {
    const { stderr, stdout, message } = cause as { stderr?: string; stdout?: string; message: string };
    const said = (stderr?.trim() || stdout?.trim() || message).slice(0, 2000);
    throw new StackError(`\`${command} ${args[0] ?? ''}\` failed: ${said}`, null, { cause });
  }
}
