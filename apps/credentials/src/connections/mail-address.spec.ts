import { describe, expect, it } from '@jest/globals';
import { isMailAddress, mailAddressOf } from './mail-address.js';

describe('where a user is reached', () => {
  it.each([
    ['ada@example.com', null, 'ada@example.com'],
    ['item-4711', 'ada@example.com', 'ada@example.com'],
    ['bob@example.com', 'ada@example.com', 'ada@example.com'],
    ['item-4711', null, null],
  ])('user %p with the address %p: %p', (user, notify, address) => {
    expect(mailAddressOf({ user, notify })).toBe(address);
  });

  it.each([
    'ada',
    'ada@host',
    'a b@example.com',
    'a@b@example.com',
    'a@example.com\r\nBcc: x@y.zz',
    `${'x'.repeat(65)}@a.de`,
  ])('is not %j', (text) => expect(isMailAddress(text)).toBe(false));
});
