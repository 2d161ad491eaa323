import { existsSync } from 'node:fs';
import js from '@eslint/js';
import graphql from '@graphql-eslint/eslint-plugin';
import boundaries from 'eslint-plugin-boundaries';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import jest from 'eslint-plugin-jest';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** A layer: what its files may not import, and where the code goes instead. */
const layer = (files, patterns) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

const noAws = {
  group: ['@aws-sdk/*', '@smithy/*'],
  message: 'Only src/datasources and src/upstream know AWS: give the data source a verb for it.',
};
const noEmbedded = {
  group: ['**/embedded/**', '!**/embedded/start.ts'],
  message: 'The gateway knows nothing of the embedded Stage API but how to start it.',
};
const noGateway = (path) => ({
  group: [path],
  message: 'The embedded Stage API is a program of its own: it imports nothing from the gateway.',
});
const noRedis = {
  group: ['ioredis', 'devalue', '**/redis/**'],
  allowTypeImports: true,
  message:
    'Who runs one process loads nothing of it: src/upstream/index.ts imports src/upstream/redis when it is asked to.',
};
/**
 * The folders of src/, each above those that follow it: a folder imports what is below it, so no circle of folders can
 * form. A folder and its subfolders are one, unless these are listed themselves. Type-only imports may go anywhere.
 */
const layers = [
  'conformance',
  'stage-files',
  'policy-tests',
  'cli',
  'app',
  'config',
  'console',
  'explorer',
  'http',
  'graphql',
  'graphql/schema',
  'graphql/compiled',
  'graphql/response-cache',
  'graphql/limits',
  'graphql/hooks',
  'graphql/persisted-documents',
  'graphql/documents',
  'observability',
  'resolvers',
  'memory',
  'memory/events',
  'memory/crawl',
  'memory/inventory',
  'memory/history',
  'memory/stages',
  'memory/database',
  'datasources',
  'datasources/stages',
  'datasources/stages/live',
  'datasources/stages/changes',
  'datasources/stages/desired',
  'datasources/stages/plans',
  'datasources/stages/wire',
  'datasources/rest-apis',
  'datasources/reads',
  'datasources/inputs',
  'fleet',
  'cache',
  'upstream',
  'upstream/redis',
  'upstream/calls',
  'upstream/locks',
  'upstream/limiter',
  'upstream/time',
  'auth',
  'errors',
  'untrusted',
  'memoize',
  'embedded',
  'embedded/operations',
  'embedded/rules',
  'embedded/wire',
  'embedded/state',
  'embedded/errors',
];
const layerRules = {
  settings: {
    // The first pattern that matches names the element: subfolders before their folder.
    'boundaries/elements': layers.toReversed().map((type) => ({ type, pattern: `src/${type}` })),
  },
  rules: {
    'boundaries/dependencies': [
      'error',
      {
        default: 'allow',
        message:
          '{{from.element.type}} is below {{to.element.type}} (eslint.config.js): move the code down, or pass it in.',
        policies: layers.slice(1).map((type, index) => ({
          from: { element: { type } },
          disallow: {
            to: { element: { types: { anyOf: layers.slice(0, index + 1) } } },
            dependency: { kind: 'value' },
          },
        })),
      },
    ],
  },
};

/** Packages of their own, each with code that cannot be checked before `npm run packages:install`. */
const notInstalled = [
  'explorer/**',
  'console/**',
  'examples/frontend/**',
  'bench/yardsticks/mercurius-jit.ts',
  'test/gateways/gateways.js',
].filter(
  (files) =>
    !existsSync(new URL(`${/^((examples|test)\/)?\w+/.exec(files)[0]}/node_modules`, import.meta.url)),
);

const environment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'src/config is the only reader of the environment: add the variable there.',
};
const accessor = {
  selector: "ObjectExpression > Property[kind='get'], ObjectExpression > Property[kind='set']",
  message:
    'V8 makes a hidden class for each object, which keeps alive all that the accessor sees: use a class, or a function.',
};

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'coverage/',
      '.wireit/',
      '**/__generated__/',
      'explorer/built/',
      'console/built/',
      'docs/*.graphql',
      ...notInstalled,
    ],
  },
  {
    files: ['**/*.{ts,tsx,js}'],
    extends: [js.configs.recommended],
    languageOptions: { globals: globals.node },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/extensions': ['.ts', '.tsx', '.js'],
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-self-import': 'error',
      'import-x/no-duplicates': ['error', { 'prefer-inline': true }],
      'import-x/first': 'error',
      'import-x/order': ['error', { alphabetize: { order: 'asc' } }],
      'no-console': 'error',
      eqeqeq: ['error', 'smart'],
      'no-restricted-syntax': ['error', environment],
    },
  },
  {
    // What runs for every request. The embedded Stage API has one of each.
    files: ['src/**'],
    ignores: ['src/embedded/**'],
    rules: { 'no-restricted-syntax': ['error', environment, accessor] },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Members taken off an object by name are how the rest is picked.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  {
    files: [
      'src/main.ts',
      'scripts/test-services.js',
      'scripts/try-image.js',
      'jest.config.js',
      'src/config/config.ts',
      'src/embedded/main.ts',
      'examples/supergraph/run.ts',
      'console/vite.config.ts',
      'examples/frontend/*.ts',
      'examples/frontend/test/*.ts',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
  { files: ['src/**/*.ts'], plugins: { boundaries }, ...layerRules },
  {
    files: ['src/**/*.ts', 'console/src/**/*.{ts,tsx}'],
    rules: {
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  layer(
    ['src/resolvers/**'],
    [
      noAws,
      noEmbedded,
      { group: ['**/upstream/**'], message: 'Resolvers meet AWS through the context only.' },
    ],
  ),
  layer(['src/datasources/**'], [noEmbedded, noRedis]),
  layer(['src/upstream/**'], [noEmbedded]),
  layer(['src/upstream/*.ts'], [noEmbedded, noRedis]),
  layer(['src/embedded/*.ts'], [noGateway('../*')]),
  layer(['src/embedded/*/*.ts'], [noGateway('../../*')]),
  layer(['src/embedded/*/*/*.ts'], [noGateway('../../../*')]),
  layer(
    ['src/{app,auth,cli,config,errors,graphql,http,observability,untrusted}/**/*.ts', 'src/main.ts'],
    [noAws, noEmbedded, noRedis],
  ),
  {
    files: ['test/**/*.ts'],
    ...jest.configs['flat/recommended'],
    rules: {
      ...jest.configs['flat/recommended'].rules,
      // An answer has the shape of its query: tests say which, and compare it whole.
      '@typescript-eslint/consistent-type-assertions': 'off',
      'no-restricted-syntax': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      'jest/no-disabled-tests': 'error',
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'fc.assert'] }],
    },
  },
  {
    // Relay's store and a plain response have no types.
    files: ['examples/frontend/{src/relay.ts,test/*.ts}'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['schema/*.graphql'],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: 'schema/*.graphql' } },
    },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      // Short descriptions on one line, long ones in blocks.
      '@graphql-eslint/description-style': 'off',
      // Only entities have an id; payloads and settings are parts of something.
      '@graphql-eslint/strict-id-in-types': 'off',
      // Stage API members keep their Stage API names.
      '@graphql-eslint/no-typename-prefix': 'off',
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
          rootField: true,
        },
      ],
    },
  },
  {
    // Codes of `extensions`, which no field returns.
    files: ['schema/error-code.graphql'],
    rules: { '@graphql-eslint/no-unreachable-types': 'off' },
  },
);
