import type { CodegenConfig } from '@graphql-codegen/cli';

/** SDL in, resolver types out: the only source of resolver types. */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  generates: {
    'src/__generated__/types.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        contextType: '../context.ts#Context',
        useTypeImports: true,
        enumsAsTypes: true,
        avoidOptionals: { field: true },
        inputMaybeValue: 'T | null | undefined',
        defaultScalarType: 'unknown',
        scalars: {
          ID: 'string',
          DateTime: { input: 'Date', output: 'Date' },
        },
        mappers: {},
      },
    },
  },
};

export default config;
