import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Function-like nodes that aren't constructors: three positional parameters; a constructor may take six dependencies. */
const parameterLimits = [
  ...[
    'FunctionDeclaration',
    'ArrowFunctionExpression',
    'MethodDefinition[kind!="constructor"] > FunctionExpression',
  ].map((node) => ({
    selector: `${node}[params.length>3]`,
    message: 'More than 3 positional parameters: group them into one named object.',
  })),
  {
    selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>6]',
    message: 'More than 6 dependencies: look for the missing noun.',
  },
];

const SECRETS = '/(secret|hash|digest|signature|hmac|csrf|ticket|password|verifier|presented)s?$/i';
const ofThem = ['left', 'right'].flatMap((side) => [`[${side}.name=${SECRETS}]`, `[${side}.property.name=${SECRETS}]`]);

/**
 * What somebody presents is looked up by its hash, in an index, or compared by timingSafeEqual: `===` takes the longer, the more of it is right.
 * A value is known by its name only, and that it is compared at all by `===` or `!==`; constants (null, a kind's name) are no secrets.
 */
export const secretComparisons = [
  {
    selector:
      `BinaryExpression[operator=/^[!=]==?$/]:matches(${ofThem.join(', ')})` +
      ':not([left.type="Literal"], [right.type="Literal"], [right.type="Identifier"][right.name="undefined"])',
    message: 'A secret, or what was made of one: look it up by its hash, or compare by timingSafeEqual.',
  },
];

/**
 * Boundaries that are no modules, and that .dependency-cruiser.cjs therefore can't see.
 * They hold for what runs in earnest: the two workspaces and the libraries that they are made of.
 */
const environmentBoundary = {
  files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
  ignores: ['apps/*/src/config/**', 'apps/sandbox/src/main.ts', 'libs/local-stack/**', '**/*.spec.ts'],
  rules: {
    'no-restricted-properties': [
      'error',
      {
        object: 'process',
        property: 'env',
        message: 'Settings are read once, in config/, and passed on as one object.',
      },
    ],
  },
};
const networkBoundary = {
  files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
  // The console runs in browsers, and asks its own origin only: its page's policy sees to that.
  // The SDK runs in consumers' programs, and reaches what they reach.
  ignores: ['libs/client/**', 'libs/local-stack/**', 'apps/console/**', '**/*.spec.ts'],
  rules: {
    'no-restricted-globals': [
      'error',
      ...['fetch', 'WebSocket', 'EventSource'].map((name) => ({
        name,
        message: 'Only egress goes out: it holds the address policy, the time-outs and the size caps.',
      })),
    ],
  },
};
const cipherBoundary = {
  files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
  ignores: ['libs/sealing/**', 'libs/local-stack/**', 'apps/sandbox/**', '**/*.spec.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: ['node:crypto', 'crypto'].map((name) => ({
          name,
          allowImportNames: ['randomBytes', 'randomUUID', 'createHash', 'hash', 'createHmac', 'timingSafeEqual'],
          message: 'Ciphers, signatures and key derivation are in sealing alone.',
        })),
      },
    ],
  },
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      'apps/console/src/client/generated/**',
      '.cache/**',
      '.lockkeeper/**',
    ],
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommended],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.tests.json', './apps/console/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'no-restricted-syntax': ['error', ...parameterLimits],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'max-depth': ['error', 3],
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { disallowTypeAnnotations: false, fixStyle: 'separate-type-imports' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    // A describe() or a migration is a list, not a function to be cut.
    files: ['**/*.spec.ts', 'test/**/*.ts', '**/migrations/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // What a component shows is a picture, not a procedure; its logic belongs into functions and hooks of their own.
    files: ['apps/console/src/**/*.tsx'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
    // The audit chain's hashes are public; the console and a manifest's translation hold no secret of anybody else's.
    ignores: ['libs/audit-chain/**', 'apps/console/**', 'apps/credentials/src/imports/chief-names.ts', '**/*.spec.ts'],
    rules: { 'no-restricted-syntax': ['error', ...parameterLimits, ...secretComparisons] },
  },
  environmentBoundary,
  networkBoundary,
  cipherBoundary,
);
