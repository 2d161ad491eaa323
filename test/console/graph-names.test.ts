import { describe, expect, test } from '@jest/globals';
import { inPagesWords, mutationInWords } from '../../console/src/words/graph-names.ts';

describe('messages of the gateway in the words of the page', () => {
  test.each([
    [
      'percentTraffic must be 0 to 100 percent, not 150.',
      '“Share of the traffic, in percent” must be 0 to 100 percent, not 150.',
    ],
    [
      'Mutation.patchStage needs a token with the scope "stages:admin".',
      '“Fix a finding, or send patch operations” needs a token with the scope "stages:admin".',
    ],
    [
      'The stage has no access log. Set one with setAccessLogSettings.',
      'The stage has no access log. Set one with “Set the access log”.',
    ],
    [
      'throttlingRateLimit 0 refuses every request to the method. Set blockAllTraffic: true to confirm.',
      '“Requests per second” 0 refuses every request to the method. Set “Refuse every request”: true to confirm.',
    ],
    [
      'Pass the stage\'s name, "prod", as confirm to change it.',
      'Pass the stage\'s name, "prod", as confirmation to change it.',
    ],
  ])('%s', (message, said) => {
    expect(inPagesWords(message)).toBe(said);
  });

  test('what someone has named stays as it is', () => {
    const message = 'There is no stage "patchStage" of API "a\\"promoteCanary" at petstore.exampleCom.';
    expect(inPagesWords(message)).toBe(message);
  });

  test('a mutation that the page does not know keeps its name', () => {
    expect(mutationInWords('promoteCanary')).toBe('Promote the canary');
    expect(mutationInWords('somethingNew')).toBe('somethingNew');
  });
});
