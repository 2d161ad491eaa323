import type { LineFormat } from './log-line.ts';

export type LogFormat = 'json' | 'pretty' | 'ecs' | 'otel';

/** Each is loaded only if it is used. */
const formats: Readonly<Record<Exclude<LogFormat, 'json'>, (version: string) => Promise<LineFormat>>> = {
  async pretty() {
    const { prettyFactory } = await import('pino-pretty');
    return prettyFactory({});
  },
  async ecs(version) {
    const { ecsLines } = await import('./ecs-lines.ts');
    const { gatewayResource } = await import('../resource.ts');
    return ecsLines(gatewayResource(version));
  },
  async otel(version) {
    const { otlpLines } = await import('./otlp-lines.ts');
    const { gatewayResource } = await import('../resource.ts');
    return otlpLines(gatewayResource(version), version);
  },
};

/** How lines of JSON are written; undefined: as they are. */
export const lineFormat = (format: LogFormat, version: string): Promise<LineFormat> | undefined =>
  format === 'json' ? undefined : formats[format](version);
