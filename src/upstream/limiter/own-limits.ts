import { type Aged, createFairQueue, type FairQueue } from './fair-queue.ts';
import type { TokenBucket } from './token-bucket.ts';

/** A call that the limit of its operation allows; no other call takes its place until it is granted or released. */
export interface Reservation {
  readonly release: () => void;
}

/** The limit of one operation, beside the common one. */
export interface OwnLimit<Item extends Aged> {
  readonly operation: string;
  readonly bucket: TokenBucket;
  /** Calls that wait for this limit; then they wait for the common one. */
  readonly queue: FairQueue<Item>;
  /** How many reservations are neither granted nor released. */
  readonly reserved: () => number;
  readonly canReserve: (now: number) => boolean;
  /** How long until a call can be reserved that so many others are before. */
  readonly msUntil: (ahead: number, now: number) => number;
  /** `released` is called when the reservation is given back. */
  readonly reserve: (released: () => void) => Reservation;
  readonly holds: (reservation: Reservation) => boolean;
  /** The reserved call is granted, or rejected. */
  readonly end: (reservation: Reservation) => boolean;
}

export function createOwnLimit<Item extends Aged>(operation: string, bucket: TokenBucket): OwnLimit<Item> {
  const reservations = new Set<Reservation>();
  return {
    operation,
    bucket,
    queue: createFairQueue<Item>(),
    reserved: () => reservations.size,
    canReserve: (now) => bucket.available(now) > reservations.size,
    msUntil: (ahead, now) => bucket.msUntil(ahead + reservations.size + 1, now),
    reserve(released) {
      const reservation: Reservation = {
        release() {
          if (reservations.delete(reservation)) released();
        },
      };
      reservations.add(reservation);
      return reservation;
    },
    holds: (reservation) => reservations.has(reservation),
    end: (reservation) => reservations.delete(reservation),
  };
}
