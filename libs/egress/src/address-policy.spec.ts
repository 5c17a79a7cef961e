import { describe, expect, it } from '@jest/globals';
import { AddressPolicy, isNetwork } from './address-policy.js';

describe('AddressPolicy', () => {
  const policy = new AddressPolicy([]);

  it.each([
    ['0.0.0.0', 'unspecified'],
    ['10.1.2.3', 'private'],
    ['100.64.0.1', 'carrierGradeNat'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'linkLocal'],
    ['172.16.0.1', 'private'],
    ['192.0.2.1', 'reserved'],
    ['192.168.1.1', 'private'],
    ['198.18.0.1', 'reserved'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::7f00:1', 'unassigned'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:a9fe:a9fe', 'linkLocal'],
    ['64:ff9b::7f00:1', 'rfc6052'],
    ['2002:7f00:1::', '6to4'],
    ['2001:0:7f00:1::', 'teredo'],
    ['2001:db8::1', 'reserved'],
    ['fc00::1', 'uniqueLocal'],
    ['fe80::1', 'linkLocal'],
    ['fe80::1%eth0', 'linkLocal'],
    ['ff02::1', 'multicast'],
    ['4000::1', 'unassigned'],
    ['not an address', 'unreadable'],
  ])('refuses %s', (address, addressClass) => {
    expect(policy.judge(address)).toEqual({ standing: 'refused', addressClass });
  });

  it.each(['8.8.8.8', '172.15.255.255', '172.32.0.1', '::ffff:8.8.8.8', '2606:4700:4700::1111'])(
    'takes %s as public',
    (address) => {
      expect(policy.judge(address).standing).toBe('public');
    },
  );

  it('admits exactly the networks that the operator named', () => {
    const own = new AddressPolicy(['10.1.0.0/16', 'fd00:1::/64']);
    const standings = ['10.1.9.9', '::ffff:10.1.9.9', '10.2.0.1', 'fd00:1::5', 'fd00:2::5', '127.0.0.1'].map(
      (address) => own.judge(address).standing,
    );
    expect(standings).toEqual([
      'allowed_network',
      'allowed_network',
      'refused',
      'allowed_network',
      'refused',
      'refused',
    ]);
  });

  it('refuses a setting that is no network, by its position and without its value', () => {
    expect(() => new AddressPolicy(['10.0.0.0/8', 'hunter2'])).toThrow(
      'allowedNetworks[1] is not a network in CIDR notation',
    );
    expect([isNetwork('10.0.0.0/8'), isNetwork('10.0.0.1'), isNetwork('fd00::/8')]).toEqual([true, false, true]);
  });
});
