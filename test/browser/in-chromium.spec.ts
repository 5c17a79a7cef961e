import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Stage } from '../support/stage.js';
import { administration } from './administration.js';
import { connectPages } from './connect-page.js';
import { connections } from './connections.js';
import { consents } from './consent.js';
import { everyPage } from './every-page.js';
import { frozen } from './frozen.js';
import { links } from './links.js';
import { live } from './live.js';
import { newcomer } from './newcomer.js';
import { panic } from './panic.js';
import { roles } from './roles.js';
import { secrets } from './secrets.js';
import { signIns } from './sign-in.js';
import { windows } from './windows.js';

/**
 * People's whole work, in the program that people have, against the running system and the sandbox. One system carries all of it: starting it
 * takes longer than most stories. They are told in this order, and lean on the API service and the user of the first alone.
 */
describe('in Chromium', () => {
  const stage = new Stage();
  beforeAll(() => stage.open());
  afterEach(() => stage.closeBrowsers());
  afterAll(() => stage.close());

  newcomer(stage);
  describe('every page', () => everyPage(stage));
  links(stage);
  connections(stage);
  live(stage);
  roles(stage);
  windows(stage);
  secrets(stage);
  frozen(stage);
  panic(stage);
  administration(stage);
  consents(stage);
  connectPages(stage);
  signIns(stage);

  it('no page of a console complained, or asked anybody else', () => {
    expect(stage.opened.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(stage.opened.flatMap(({ strangers }) => strangers)).toEqual([]);
  });
});
