import { type Aged, createFairQueue } from './fair-queue.ts';
import type { TokenBucket } from './token-bucket.ts';

/** A token of an operation's own limit, kept for one call until that is granted or the reservation is released. */
export interface Reservation {
  readonly release: () => void;
}

/** The limit of one operation, which applies beside the common one. */
export type OperationLimit<Item extends Aged> = ReturnType<typeof createOperationLimit<Item>>;

export function createOperationLimit<Item extends Aged>(operation: string, bucket: TokenBucket) {
  const reservations = new Set<Reservation>();
  return {
    operation,
    bucket,
    /** Calls wait here for this limit, and then for the common one. */
    queue: createFairQueue<Item>(),
    /** How many reservations there are. */
    reserved: () => reservations.size,
    canReserve: (now: number) => bucket.available(now) > reservations.size,
    /** How long until a token can be reserved for a call that so many others are before. */
    msUntil: (ahead: number, now: number) => bucket.msUntil(ahead + reservations.size + 1, now),
    /** `released` is called when the reservation is released. */
    reserve(released: () => void): Reservation {
      const reservation: Reservation = {
        release() {
          if (reservations.delete(reservation)) released();
        },
      };
      reservations.add(reservation);
      return reservation;
    },
    holds: (reservation: Reservation) => reservations.has(reservation),
    /** Ends the reservation: its call is granted, or rejected. */
    end: (reservation: Reservation) => reservations.delete(reservation),
  };
}
