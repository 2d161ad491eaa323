import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types of the operations in src/, out of the schema. Somewhere else, put its URL or file in SCHEMA. */
const config: CodegenConfig = {
  schema: process.env.SCHEMA ?? '../../docs/schema.graphql',
  generates: {
    'src/__generated__/': {
      documents: ['src/operations.ts'],
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        // Apollo Client and urql select it everywhere.
        nonOptionalTypename: true,
        skipTypeNameForRoot: true,
        scalars: { DateTime: 'string' },
      },
    },
    // Which types an interface has: the caches of Apollo Client and urql need it for fragments on StageChangePayload.
    'src/__generated__/possible-types.ts': {
      plugins: ['fragment-matcher'],
      config: { useExplicitTyping: true },
    },
  },
};

export default config;
