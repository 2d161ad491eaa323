import { type Aged, createFairQueue, type FairQueue } from './fair-queue.ts';
import type { TokenBucket } from './token-bucket.ts';

/** A token of an operation's own limit, kept for one call until that is granted or the reservation is released. */
export interface Reservation {
  readonly release: () => void;
}

/** The limit of one operation, which applies beside the common one. */
export interface OwnLimit<Item extends Aged> {
  readonly operation: string;
  readonly bucket: TokenBucket;
  /** Calls wait here for this limit, and then for the common one. */
  readonly queue: FairQueue<Item>;
  /** How many reservations there are. */
  readonly reserved: () => number;
  readonly canReserve: (now: number) => boolean;
  /** How long until a token can be reserved for a call that so many others are before. */
  readonly msUntil: (ahead: number, now: number) => number;
  /** `released` is called when the reservation is released. */
  readonly reserve: (released: () => void) => Reservation;
  readonly holds: (reservation: Reservation) => boolean;
  /** Ends the reservation: its call is granted, or rejected. */
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
