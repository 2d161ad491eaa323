import { z } from 'zod';
import { gatewayError } from '../../errors/gateway-error.ts';
import { quote } from '../../untrusted/quote.ts';
import type { StageRow } from '../database/tables.ts';
import type { InventoryOrder } from './inventory.ts';

/** The position of a stage in an order. */
export interface StagePosition {
  readonly lastUpdated: number;
  /** In the order NAME. */
  readonly names: readonly [apiNameKey: string, stageName: string, target: string, restApiId: string];
}

const text = z.string().regex(/^[^\0]*$/);
const shape = z.tuple([
  z.enum(['NAME', 'LAST_UPDATED_DESC', 'LAST_UPDATED_ASC']),
  z.number().int(),
  z.tuple([text, text, text, text]),
]);

const badCursor = (cursor: string) =>
  gatewayError(
    'BAD_USER_INPUT',
    `after must be a cursor of stageInventory in the same order, not ${quote(cursor)}; start again without it.`,
  );

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** What a position consists of. */
export type PositionRow = Pick<
  StageRow,
  'last_updated' | 'api_name_key' | 'stage_name' | 'target' | 'rest_api_id'
>;

export const positionOfRow = (row: PositionRow): StagePosition => ({
  lastUpdated: row.last_updated,
  names: [row.api_name_key, row.stage_name, row.target, row.rest_api_id],
});

export function cursorOf(orderBy: InventoryOrder, row: PositionRow): string {
  const { lastUpdated, names } = positionOfRow(row);
  return Buffer.from(JSON.stringify([orderBy, lastUpdated, names])).toString('base64url');
}

/** Throws BAD_USER_INPUT unless it is a cursor of this order. */
export function positionOf(orderBy: InventoryOrder, cursor: string): StagePosition {
  const { data } = shape.safeParse(parse(cursor));
  if (data?.[0] !== orderBy) throw badCursor(cursor);
  const [, lastUpdated, names] = data;
  return { lastUpdated, names };
}
