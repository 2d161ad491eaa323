import { test } from '@jest/globals';
import Sqlite from 'libsql';
import { closeAfterwards } from '../support/closing.ts';
import { expectToHeal } from '../support/database-outage.ts';
import { sqlitePath } from '../support/database.ts';
import { startRemembering } from '../support/remembering-process.ts';
import { startStageApi } from '../support/stage-api.ts';

const SLOW = 60_000;

test(
  'while another program has locked the SQLite file, stages are read and changed, and their entries are written later',
  async () => {
    const path = sqlitePath();
    const { url: endpoint } = await startStageApi();
    const gateway = await startRemembering(`sqlite:${path}`, endpoint);
    const other = new Sqlite(path);
    closeAfterwards(() => other.close());
    other.exec('pragma busy_timeout = 5000');
    await expectToHeal(gateway, {
      isReadable: true,
      begin: () => Promise.resolve(other.exec('begin immediate')),
      end: () => Promise.resolve(other.exec('rollback')),
    });
  },
  SLOW,
);
