import { printSchema } from './schema.ts';

process.stdout.write(printSchema());
