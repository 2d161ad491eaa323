/** After a full run, names the tests that were not part of it. Ends Jest if a test has left something open. */
export default class RunReporter {
  onRunComplete(_contexts, { numFailedTests, numFailedTestSuites, numTotalTestSuites }) {
    // Fewer files: the run was for selected ones, or for the services.
    if (numTotalTestSuites > 100) {
      process.stdout.write(
        '\nThese tests need only Node. The tests that need Redis, Chromium, promtool or the AWS CLI:\n' +
          '  npm run test:services\n',
      );
    }
    const failed = numFailedTests + numFailedTestSuites > 0;
    // An open server would keep a run in one process from ending.
    setTimeout(() => process.exit(failed ? 1 : 0), 5000).unref();
  }
}
