/** Tells, after a whole run of the tests that need Node alone, what else there is to run; and ends Jest where a test did not. */
export default class LastWords {
  onRunComplete(_contexts, { numFailedTests, numFailedTestSuites, numTotalTestSuites }) {
    // A few files by name, or those that need more, are no whole run.
    if (numTotalTestSuites > 100) {
      process.stdout.write(
        '\nThat was all that needs nothing beside Node. What needs Redis, Chromium, promtool or the AWS CLI:\n' +
          '  npm run test:services\n',
      );
    }
    const failed = numFailedTests + numFailedTestSuites > 0;
    // A server that a test has left open would keep a run in this process, without workers, from ending.
    setTimeout(() => process.exit(failed ? 1 : 0), 5000).unref();
  }
}
