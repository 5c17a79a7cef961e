import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { SettingsSchema, settingsFromEnvironment } from './settings.js';

describe('the sandbox’s settings', () => {
  it('have a default each', () => {
    expect(settingsFromEnvironment({})).toMatchObject({
      port: 7103,
      host: '127.0.0.1',
      accessTokenSeconds: 60,
      rotation: true,
    });
  });

  it('take origins apart and normalise them', () => {
    const { redirectOrigins } = settingsFromEnvironment({
      SANDBOX_REDIRECT_ORIGINS: 'http://localhost:80/, https://a.example',
    });
    expect(redirectOrigins).toEqual(['http://localhost', 'https://a.example']);
  });

  it('are refused all at once, by name and never by value', () => {
    const refused = (): unknown => settingsFromEnvironment({ SANDBOX_PORT: 'seven', SANDBOX_CLIENT_SECRET: 'tiny' });
    expect(refused).toThrow(/SANDBOX_PORT[\s\S]*SANDBOX_CLIENT_SECRET/);
    expect(refused).not.toThrow(/seven|tiny/);
  });

  it('are all in .env.example, with their true defaults, and nothing else is', () => {
    const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const told = [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!] as const);
    expect(told.map(([name]) => name).sort()).toEqual(Object.keys(SettingsSchema.shape).sort());
    expect(settingsFromEnvironment(Object.fromEntries(told))).toEqual(settingsFromEnvironment({}));
  });
});
