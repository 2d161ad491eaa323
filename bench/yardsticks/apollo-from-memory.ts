// A plain Apollo Server that answers from memory: what GraphQL itself costs.
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { serve } from './apollo.ts';
import { stagesFromMemory } from './from-memory.ts';

await serve(stagesFromMemory(new APIGatewayClient()), Number(process.argv[2]));
