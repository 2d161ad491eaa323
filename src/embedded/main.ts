// The embedded Stage API alone, from the sources: for tests and the bench. `stagegraph stage-api` starts program.ts.
import { main } from './program.ts';

await main(process.argv.slice(2), process.env);
