import DefaultOrder from '@jest/test-sequencer';

/**
 * The files of a run that take longest, longest first: Jest knows that only of files that it ran before on the same machine, and one of these
 * that came last would keep everybody waiting. Those that work and those that wait alternate.
 */
const LONG = [
  'test/browser/in-chromium',
  'test/stories/device-grant',
  'test/failures/torture',
  'test/security/broken-chain',
  'test/failures/mid-story',
  'test/stories/rotation-faults',
  'test/failures/scale-out',
  'test/security/issuer-bearers',
  'test/failures/access-tokens-failures',
  'test/stories/rotation',
  'test/stories/key-rotation',
  'test/stories/revocation-orders',
  'test/stories/notices',
  'test/stories/webhooks',
  'test/stories/named-tokens',
  'test/stories/local-stack',
  'test/stories/npm-start',
  'test/failures/slow-listeners',
  'test/stories/forecast',
].map((path) => `${path}.spec.ts`);

/** What never ran here goes by the list; what did, by what it took, as Jest has it; then whatever else starts processes, then the small ones. */
export default class Order extends DefaultOrder {
  sort(tests) {
    const place = ({ path, duration, context }) => {
      if (duration !== undefined && duration !== null) return LONG.length;
      const listed = LONG.findIndex((name) => path.endsWith(name));
      if (listed >= 0) return listed;
      return context.config.displayName?.name === 'system' ? LONG.length + 1 : LONG.length + 2;
    };
    return super.sort(tests).sort((one, other) => place(one) - place(other));
  }
}
