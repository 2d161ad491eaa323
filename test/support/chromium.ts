import { existsSync } from 'node:fs';
import { jest } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { closeAfterwards } from './closing.ts';

// A page with an editor in it takes seconds to start on a machine that is busy with other tests.
jest.setTimeout(90_000);

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/**
 * A headless Chromium with a profile of its own, that can reach this machine and nothing else: every other name is
 * unknown to it, as it would be offline.
 */
export async function startChromium(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `The tests of what people see need Chromium, and there is none at ${executablePath}. ` +
        'Install it (Debian: apt-get install chromium), or say in CHROMIUM_PATH where yours is.',
    );
  }
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
  closeAfterwards(() => browser.close());
  return browser;
}

/** A page in a context of its own, so that nothing is left over from another. */
export async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  closeAfterwards(() => context.close());
  // Less than jest's patience, for the browser's complaint says what it waited for.
  context.setDefaultTimeout(60_000);
  return context.newPage();
}
