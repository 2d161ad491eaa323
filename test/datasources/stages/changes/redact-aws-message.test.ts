import { describe, expect, test } from '@jest/globals';
import { redactAwsMessage } from '../../../../src/datasources/stages/changes/redact-aws-message.ts';
import { recorded } from '../../../../src/embedded/errors/recorded.ts';

describe('redactAwsMessage', () => {
  test.each([
    ['the role arn:aws:iam::123456789012:role/x cannot', 'the role [ARN] cannot'],
    ['(arn:aws-cn:logs:cn-north-1:123456789012:log-group:x)', '([ARN])'],
    ['API 123456789012:petstore01 is gone', 'API [account]:petstore01 is gone'],
    ["at https://vpce-1.internal/x cannot 'do' it", "at [URL] cannot 'do' it"],
    ['see //host/x', 'see [URL]'],
    ['no route to vpce-0a1b.execute-api.eu-central-1.vpce.amazonaws.com.', 'no route to [host].'],
    ['proxy.corp:3128 refused', '[host]:3128 refused'],
    ['proxy-17:3128 refused', '[host] refused'],
    ['backend.shop.example.dev', '[host]'],
    ['db.intra.firma.berlin', '[host]'],
    ['PROXY.CORP.EXAMPLE, Backend.Example.COM', '[host], [host]'],
    ['user@mail.example.org', 'user@[host]'],
    ['host=gateway.svc.cluster.local;port=1', 'host=[host];port=1'],
    ['connect ECONNREFUSED localhost', 'connect ECONNREFUSED [host]'],
    ['ip-10-0-0-1 and ip-10-0-0-1.ec2.internal', '[host] and [host]'],
    ['connect to 10.0.0.1.', 'connect to [address].'],
    ['10.0.0.1:4001', '[address]:4001'],
    ['connect ECONNREFUSED ::1:4001', 'connect ECONNREFUSED [address]'],
    ['at [2001:db8::17]:443', 'at [[address]]:443'],
    ['2001:0DB8:0:0:0:0:0:17, fe80::1%eth0', '[address], [address]'],
    ['addr=::ffff:10.0.0.1', 'addr=[address]'],
    ['fe80::1: unreachable', '[address] unreachable'],
    ['at /var/task/index.js:10:5', 'at [path]'],
    ['file=/etc/ssl/key.pem', 'file=[path]'],
    ['in ~/.aws/credentials or ../app/x', 'in [path] or [path]'],
    ['in src/app/handler.py', 'in [path]'],
    ['C:\\Users\\ada, \\\\server\\share', '[path], [path]'],
    ['/restapis/petstore01/stages/dev', '[path]'],
  ])('%s', (awsMessage, redacted) => {
    expect(redactAwsMessage(awsMessage)).toBe(redacted);
  });

  test.each([
    recorded.unknownPatchPath('/documentation_version'),
    recorded.unknownPatchPath('/~1pets~1{petId}/GET/nope'),
    recorded.unknownSetting('accessLogSettings/format'),
    recorded.notRemovable('~1pets/GET'),
    recorded.notRemovable('*/*'),
    recorded.invalidOperation('add', '/canarySettings/percentTraffic'),
    recorded.invalidCopy('/deploymentId', '/canarySettings/deploymentId'),
    recorded.variableName('a b'),
    recorded.variableValue('backend'),
    recorded.timeToLive,
    recorded.noLogsRole,
    recorded.accessLogPath,
    recorded.accessLogCharacters('log-group:x:*'),
    recorded.accessLogStream,
    recorded.accessLogFormatLines,
    recorded.canaryWithoutStage(undefined),
    recorded.canaryStageUnknown('dev'),
    recorded.canaryRequired('prod'),
    recorded.patchTooLarge,
    recorded.tooManyApis,
    'Invalid method setting path: /profile/ANY/logging/loglevel. Must be one of: [/deploymentId]',
    'Access Log format must include either $context.requestId or $context.extendedRequestId',
    'class java.lang.Boolean can not be converted to an String',
    "Value '0.7' at 'createStageInput.cacheClusterSize' failed to satisfy constraint, e.g. 0.5; see 12:30",
  ])('keeps what tells the client what to correct: %s', (awsMessage) => {
    expect(redactAwsMessage(awsMessage)).toBe(awsMessage.trim().slice(0, 400));
  });

  // A quadratic regular expression would take minutes for each of these.
  test.each(['a.', 'a-', 'a', '1.', ':', 'a:', '/', '/a', '.', 'a/.', '\\', '12', '%', '=/', 'f:', 'é.'])(
    'handles a megabyte of "%s" quickly',
    (part) => {
      expect(redactAwsMessage(`${part.repeat(1_000_000 / part.length)}!x`).length).toBeLessThanOrEqual(400);
    },
  );
});
