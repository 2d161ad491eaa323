import { variablesIntent } from '../changes/variables-form.tsx';
import { Section } from '../parts/section.tsx';
import { Ago } from '../parts/time.tsx';
import { sizeOf } from '../words/values.ts';
import { useOffers, useStageOnScreen } from './stage-context.ts';

export function VariablesSection() {
  const { stage, begin } = useStageOnScreen();
  const offers = useOffers();
  const { variables, canarySettings } = stage;
  const overrides = new Map(canarySettings?.stageVariableOverrides.map((each) => [each.name, each]));
  return (
    <Section
      title="Variables"
      actions={
        offers('setStageVariables') && (
          <button onClick={() => begin(variablesIntent(stage))}>Change variables …</button>
        )
      }
    >
      {variables.length === 0 && <p>The stage has no variables.</p>}
      <dl>
        {variables.map(({ name, value, redacted }) => {
          const override = overrides.get(name);
          return (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>
                {redacted ? <span className="absent">hidden from you</span> : <code>{value}</code>}
                {override !== undefined && (
                  <>
                    {' '}
                    <span className="badge canary">canary</span>{' '}
                    {override.redacted ? (
                      <span className="absent">hidden</span>
                    ) : (
                      <code>{override.value}</code>
                    )}
                  </>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </Section>
  );
}

const cluster = (status: string | null): string =>
  status === null ? '' : ` (${status.toLowerCase().replaceAll('_', ' ')})`;

/** Logs, cache, protection and dates. */
export function FactsSection() {
  const { stage } = useStageOnScreen();
  const { accessLogSettings: log } = stage;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Tracing (X-Ray)', stage.tracingEnabled ? 'on' : 'off'],
    ['Web ACL', stage.webAclArn ?? 'none'],
    [
      'Cache cluster',
      stage.cacheClusterEnabled
        ? `${sizeOf(stage.cacheClusterSize ?? '')}${cluster(stage.cacheClusterStatus)}`
        : 'off',
    ],
    ['Client certificate', stage.clientCertificateId],
    ['Documentation', stage.documentationVersion],
    ['Tags', stage.tags.map(({ key, value }) => `${key}: ${value}`).join(', ') || null],
  ];
  return (
    <Section title="Logs and facts">
      <dl>
        <div>
          <dt>Access log</dt>
          <dd>
            {log?.destinationArn == null || log.format === null ? (
              <span className="warning">off: requests to this stage are not recorded</span>
            ) : (
              <>
                <code>{log.destinationArn}</code>
                <details>
                  <summary>Format</summary>
                  <code>{log.format}</code>
                </details>
              </>
            )}
          </dd>
        </div>
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
        <div>
          <dt>Created</dt>
          <dd>
            <Ago at={stage.createdDate} />
          </dd>
        </div>
        <div>
          <dt>Last changed</dt>
          <dd>
            <Ago at={stage.lastUpdatedDate} />
          </dd>
        </div>
      </dl>
    </Section>
  );
}
