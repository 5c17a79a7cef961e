import { describe, expect, it } from '@jest/globals';
import { type BearerRule, grantedBy, readBearerRules, ruleFor } from './bearer-rules.js';

const ROLES = { staff: ['admin', 'auditor'], consumer: 'consumer' };
const rule = (more: object): object => ({ name: 'some', when: {}, role: 'admin', ...more });
const faultsOf = (...rules: object[]): string[] => {
  const read = readBearerRules(JSON.stringify(rules), ROLES);
  return Array.isArray(read) ? [] : read.faults;
};

describe('the rules for tokens of the organisation’s issuer', () => {
  it('are read from JSON', () => {
    const rules = [
      { name: 'keepers', when: { groups: ['keepers', 'owners'] }, role: 'admin' },
      { name: 'locked-out', when: { sub: 'mallory' }, role: null },
      {
        name: 'invoices',
        when: { azp: 'invoices' },
        role: 'consumer',
        consumer: '0b0f2f0e-0000-4000-8000-000000000001',
      },
      { name: 'people', when: {}, role: 'consumer', entitlements: [{ apiService: '*', userClaim: 'email' }] },
    ];
    expect(readBearerRules(JSON.stringify(rules), ROLES)).toEqual(rules);
  });

  it.each<[string, object, RegExp]>([
    ['an unknown role', rule({ role: 'king' }), /rule some has a role that is none of: admin, auditor, consumer, null/],
    ['a consumer without anything', rule({ role: 'consumer' }), /either `consumer` or `entitlements`/],
    [
      'a consumer by both ways',
      rule({ role: 'consumer', consumer: '0b0f2f0e-0000-4000-8000-000000000001', entitlements: [] }),
      /either/,
    ],
    ['an admin with entitlements', rule({ entitlements: [] }), /must not have/],
    ['nobody with a consumer', rule({ role: null, consumer: '0b0f2f0e-0000-4000-8000-000000000001' }), /must not have/],
    ['a misspelt member', rule({ entitlement: [] }), /[Uu]nrecognized key/],
    ['no conditions at all', { name: 'some', role: 'admin' }, /^0\.when/],
    [
      'a user in two ways',
      rule({ role: 'consumer', entitlements: [{ apiService: 'a', user: 'x', userClaim: 'y' }] }),
      /two ways/,
    ],
    [
      'an API service that is none',
      rule({ role: 'consumer', entitlements: [{ apiService: 'A B' }] }),
      /^0\.entitlements\.0\.apiService/,
    ],
  ])('are refused with %s', (...[, wrong, said]) => {
    expect(faultsOf(wrong).join()).toMatch(said);
  });

  it('are refused where two have one name, or where it is no list of rules', () => {
    expect(faultsOf(rule({}), rule({ role: 'auditor' }))).toEqual(['rule some has the name of another one']);
    for (const text of ['{', '{}', '[]', 'null']) expect(Array.isArray(readBearerRules(text, ROLES))).toBe(false);
  });

  const rules: BearerRule[] = [
    { name: 'out', when: { sub: 'mallory' }, role: null },
    { name: 'writers', when: { scope: 'write', client_id: ['a', 'b'] }, role: 'admin' },
    { name: 'realm', when: { 'realm_access.roles': 'reader' }, role: 'auditor' },
    { name: 'url', when: { 'https://claims.example/team': 'ops' }, role: 'auditor' },
    { name: 'staff', when: { employee: 'true' }, role: 'auditor' },
  ];

  it.each<[Record<string, unknown>, string | undefined]>([
    [{ sub: 'mallory', scope: 'write', client_id: 'a' }, 'out'],
    [{ scope: 'read write', client_id: 'b' }, 'writers'],
    [{ scope: ['read', 'write'], client_id: 'b' }, 'writers'],
    [{ scope: 'rewrite', client_id: 'b' }, undefined],
    [{ scope: 'write' }, undefined],
    [{ scope: 'write', client_id: 'c' }, undefined],
    [{ realm_access: { roles: ['reader'] } }, 'realm'],
    [{ realm_access: 'roles' }, undefined],
    [{ 'https://claims.example/team': 'ops' }, 'url'],
    [{ employee: true }, 'staff'],
    [{ employee: { toString: 'true' } }, undefined],
    [{}, undefined],
  ])('fit %p by its claims, the first one first', (claims, name) => {
    expect(ruleFor(claims, rules)?.name).toBe(name);
  });

  it('do not take what every object has for a claim', () => {
    const odd: BearerRule[] = [{ name: 'odd', when: { 'constructor.name': 'Object' }, role: 'admin' }];
    expect(ruleFor({}, odd)).toBeUndefined();
  });

  it('give what they name, and what the token names only where it is a user and verified', () => {
    const entitlements = [
      { apiService: 'crm' },
      { apiService: 'mail', user: 'box' },
      { apiService: '*', userClaim: 'email' },
    ];
    const people: BearerRule = { name: 'people', when: {}, role: 'consumer', entitlements };
    const always = [
      { apiService: 'crm', user: null },
      { apiService: 'mail', user: 'box' },
    ];
    expect(grantedBy(people, { email: 'a@b.example' })).toEqual([...always, { apiService: '*', user: 'a@b.example' }]);
    expect(grantedBy(people, { email: 'a@b.example', email_verified: true })).toHaveLength(3);
    for (const claims of [
      {},
      { email: '' },
      { email: ['a@b.example'] },
      { email: 'a@b.example', email_verified: false },
    ])
      expect(grantedBy(people, claims)).toEqual(always);
  });
});
