import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { closeAfterwards } from './closing.ts';

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** Takes messages as bytes: protobuf has the texts of a span as they are. */
const traceService: ServiceDefinition = {
  export: {
    path: EXPORT,
    requestStream: false,
    responseStream: false,
    requestSerialize: (bytes: Buffer) => bytes,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (bytes: Buffer) => bytes,
    responseDeserialize: (bytes: Buffer) => bytes,
  },
};

/** The OTLP/gRPC port of an OpenTelemetry collector. */
export async function startOtlpGrpcReceiver() {
  const exports: Buffer[] = [];
  const server = new Server();
  server.addService(traceService, {
    export({ request }: { request: Buffer }, respond: (error: null, response: Buffer) => void) {
      exports.push(request);
      respond(null, Buffer.alloc(0));
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    url: `http://127.0.0.1:${port}`,
    exports,
    close: closeAfterwards(() => server.forceShutdown()),
  };
}
