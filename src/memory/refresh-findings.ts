import type { Kysely } from 'kysely';
import type { Tables } from './database/tables.ts';
import { findingsColumn, type MethodsOf, type StageCodec } from './stages/index.ts';

/** The stages that serve a deployment have other findings once its methods are known. */
export async function refreshFindings(
  db: Kysely<Tables>,
  codec: StageCodec,
  methodsOf: MethodsOf,
  [target, restApiId, deploymentId]: readonly [target: string, restApiId: string, deploymentId: string],
): Promise<void> {
  const rows = await db
    .selectFrom('stages')
    .selectAll()
    .where('target', '=', target)
    .where('rest_api_id', '=', restApiId)
    .where((eb) =>
      eb.or([eb('deployment_id', '=', deploymentId), eb('canary_deployment_id', '=', deploymentId)]),
    )
    .execute();
  for (const row of rows) {
    const findings = findingsColumn(codec.decodeAnywhere(row).stage, methodsOf, row.findings);
    await db
      .updateTable('stages')
      .set({ findings })
      .where('target', '=', row.target)
      .where('rest_api_id', '=', row.rest_api_id)
      .where('stage_name', '=', row.stage_name)
      // A stage that has changed meanwhile has its findings already.
      .where('revision', '=', row.revision)
      .execute();
  }
}
