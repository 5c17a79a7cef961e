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

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.cache/**', '.lockkeeper/**'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { project: './tsconfig.tests.json', tsconfigRootDir: import.meta.dirname } },
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
);
