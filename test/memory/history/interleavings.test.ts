import { closeAfterwards } from '../../support/closing.ts';
import { describeInterleavings } from '../../support/history-interleavings.ts';
import { sqliteTables } from '../../support/sqlite-tables.ts';

describeInterleavings(
  async () => {
    const db = await sqliteTables();
    closeAfterwards(() => db.destroy());
    const tables = { db, dialect: 'sqlite' } as const;
    return [tables, tables];
  },
  { together: false, numRuns: 150 },
);
