/**
 * The boundaries of docs/architecture.md, as rules. `npm run check` enforces them; a rule that is in the way is changed here, with its reason.
 * What a rule about modules can't see (`process.env`, the global `fetch`, single functions of node:crypto) is in eslint.config.js.
 */
const workspaces = '^apps/(credentials|access-tokens)/';
const specs = '\\.spec\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'apps-do-not-know-one-another',
      comment: 'The split of trust: what one workspace can do must not be reachable from the other by an import.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-do-not-know-apps',
      comment: 'A library that knows who uses it belongs into that app.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'nothing-of-ours-knows-the-tests',
      comment: 'What only tests need must not be shipped.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: specs },
      to: { path: '^test/' },
    },
    {
      name: 'packages-by-their-name',
      comment: 'A library is used through its index, by its name; a path into it would make all of it public.',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^(apps|libs)/[^/]+/src/', pathNot: '^$1/$2/' },
    },
    {
      name: 'contracts-import-nothing',
      comment: 'Both workspaces, and later clients in other languages, must be able to read the contracts alone.',
      severity: 'error',
      from: { path: '^libs/contracts/src/', pathNot: specs },
      to: { pathNot: '^libs/contracts/src/' },
    },
    {
      name: 'oauth-only-in-token-endpoint',
      comment:
        'One place speaks OAuth on the wire: its quirks are data, and its faults are classified once. sign-in is no part of that: it lets people into a console, at one provider without quirks, and reads what that one says of itself; it never sees a connection.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: [
          '^apps/credentials/src/token-endpoint/',
          '^apps/sandbox/',
          '^libs/sign-in/src/(openid-provider|issuer-metadata)\\.ts$',
        ],
      },
      to: { path: '(^|/)node_modules/(oauth4webapi|openid-client)/' },
    },
    {
      name: 'nats-only-in-messaging',
      comment:
        'Connections, acknowledgements and reconnects are done right once. local-stack makes accounts and streams. The SDK is no part of the workspaces.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/(messaging|local-stack|client)/' },
      to: { path: '(^|/)node_modules/@nats-io/' },
    },
    {
      name: 'http-out-only-through-egress',
      comment:
        'The address policy, the time-outs and the size caps hold only for what goes through it. The front door makes the server and draws up its heads, and calls nobody.',
      severity: 'error',
      from: {
        path: `${workspaces}src/|^libs/`,
        pathNot: ['^libs/(egress|local-stack)/', '^libs/doors/src/(front-door|early-head)\\.ts$', specs],
      },
      to: {
        path: ['(^|/)node_modules/(undici|axios|got|node-fetch)/', '^(node:)?https?$', '^(node:)?http2$'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'ciphers-only-in-sealing',
      comment: 'Key ids, nonces and bound places are easy to forget. local-stack draws keys, and uses none.',
      severity: 'error',
      from: { path: `${workspaces}src/|^libs/`, pathNot: ['^libs/(sealing|local-stack)/', specs] },
      to: { path: '(^|/)node_modules/(jose|tweetnacl|@noble)/' },
    },
    {
      name: 'local-stack-is-no-part-of-the-apps',
      comment: 'It starts servers and draws keys: things that a running workspace must not be able to do.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/local-stack/' },
      to: { path: '^libs/local-stack/' },
    },
    {
      name: 'development-only-packages-stay-out',
      comment:
        'The image is installed without them. The sandbox and the local stack are for development and may use them.',
      severity: 'error',
      from: { path: `${workspaces}src/|^libs/`, pathNot: ['^libs/local-stack/', specs] },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'consoles-do-not-know-one-another',
      comment: 'Each console talks to its own workspace only; a page of one in the other would have nobody to ask.',
      severity: 'error',
      from: { path: '^apps/console/src/(credentials|access-tokens)/' },
      to: { path: '^apps/console/src/(credentials|access-tokens)/', pathNot: '^apps/console/src/$1/' },
    },
    {
      name: 'what-consoles-share-knows-neither',
      comment: 'The frame, the parts and the pages about access stand in both.',
      severity: 'error',
      from: { path: '^apps/console/src/(frame|parts|access)/' },
      to: { path: '^apps/console/src/(credentials|access-tokens)/' },
    },
    {
      name: 'no-circles',
      comment:
        'Two modules that need one another are one module, or hide a third. Types are gone at run time, and may.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that leads nowhere is not checked by any other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.tests.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
