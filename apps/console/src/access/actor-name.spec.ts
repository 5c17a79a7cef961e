import { describe, expect, it } from '@jest/globals';
import { nameOf } from './actor-name';

const ID = '95260c30-883b-45f1-9a31-f608dac82977';
const CONSUMER = '0b0f8a4e-2a43-4f6e-8f0e-4f6d0c6f3b11';
const keys = [
  { id: ID, name: 'first admin key', consumerId: null },
  { id: 'another', name: 'invoice sync', consumerId: CONSUMER },
];

describe('Whoever did something', () => {
  it.each([
    [`key:${ID}`, 'first admin key'],
    [`consumer:${CONSUMER}`, 'invoice sync'],
    ['person:https://login.example#ada', 'ada'],
    ['subject:https://login.example#robot-7', 'robot-7'],
    ['end_user', 'end user'],
  ])('%s is named %s', (actor, name) => {
    expect(nameOf(actor, keys)).toBe(name);
  });

  it('goes by the beginning of an id where no name is known', () => {
    expect(nameOf(`key:${ID}`, [])).toBe('key:95260c30…');
  });
});
