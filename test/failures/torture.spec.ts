import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Battlefield } from '../torture/battlefield.js';
import { databaseCut } from '../torture/cuts.js';
import { type Figure, random } from '../torture/figures.js';
import { killProviders, kills } from '../torture/kills.js';

/** A short slice of `npm run torture`, always by the same seed. */
const SEED = 7;

describe('Tortured for a moment', () => {
  let field: Battlefield;
  const draw = random(SEED);

  beforeAll(async () => {
    field = await Battlefield.open({ credentialsReplicas: 2 });
  });
  // A test that failed half-way leaves a part of the field in ruins.
  beforeEach(() => field.restore());
  afterAll(() => field?.close());

  const failed = (figures: readonly Figure[]): Figure[] => figures.filter(({ passed }) => !passed);

  it('no answer that was kept is lost, and nothing is lost without a word, wherever a process is killed', async () => {
    const providers = await killProviders(field);
    expect(failed(await kills(field, providers, { passage: () => 1 + draw(3) }))).toEqual([]);
  }, 900_000);

  it('answers that met a database that was gone, and a process that was killed, are applied', async () => {
    expect(failed(await databaseCut(field, { count: 4 }))).toEqual([]);
  }, 600_000);
});
