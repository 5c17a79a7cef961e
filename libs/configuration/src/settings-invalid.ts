/** Lists every fault at once, by setting and never by value: values may be secrets. */
export class SettingsInvalid extends Error {
  constructor(
    workspace: string,
    readonly faults: string[],
  ) {
    super(`${workspace} can't start, its settings are wrong:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'SettingsInvalid';
  }
}
