import { z } from 'zod';

/** In the order of AWS's error message. */
export const documentationPartTypes = [
  'RESPONSE_BODY',
  'RESPONSE',
  'METHOD',
  'MODEL',
  'AUTHORIZER',
  'RESPONSE_HEADER',
  'RESOURCE',
  'PATH_PARAMETER',
  'REQUEST_BODY',
  'QUERY_PARAMETER',
  'API',
  'REQUEST_HEADER',
] as const;

export const documentationPart = z.strictObject({
  id: z.string().min(1),
  location: z.strictObject({
    type: z.enum(documentationPartTypes),
    path: z.string().optional(),
    method: z.string().optional(),
    statusCode: z.string().optional(),
    name: z.string().optional(),
  }),
  /** JSON text. */
  properties: z.string(),
});

export type DocumentationPart = z.output<typeof documentationPart>;
export type DocumentationLocation = DocumentationPart['location'];
