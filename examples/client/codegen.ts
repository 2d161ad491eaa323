import { fileURLToPath } from 'node:url';
import type { CodegenConfig } from '@graphql-codegen/cli';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Types of the operations in src/, out of the schema. Somewhere else, put its URL or file in SCHEMA. */
const config: CodegenConfig = {
  generates: {
    [here('src/__generated__/')]: {
      schema: process.env.SCHEMA ?? here('../../docs/schema.graphql'),
      documents: here('src/**/*.ts'),
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        // A gateway that is asked by introspection tells federation's scalars, too.
        defaultScalarType: 'unknown',
        scalars: { DateTime: 'string' },
      },
    },
  },
};

export default config;
