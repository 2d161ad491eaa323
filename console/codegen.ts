import { fileURLToPath } from 'node:url';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Types of the operations in src/documents, and the manifest of their texts, which is committed with the page. */
const config: CodegenConfig = {
  generates: {
    [here('src/__generated__/')]: {
      schema: here('../docs/schema.graphql'),
      documents: here('src/documents/*.graphql'),
      preset: 'client',
      // Apollo Client asks for the type of every object: so the manifest must, too.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        defaultScalarType: 'unknown',
        scalars: { DateTime: 'string' },
      },
    },
    // All types, for the tables of words that must be complete.
    [here('src/__generated__/schema.ts')]: {
      schema: here('../docs/schema.graphql'),
      plugins: ['typescript'],
      config: { useTypeImports: true, enumsAsTypes: true, defaultScalarType: 'unknown' },
    },
  },
};

export default config;
