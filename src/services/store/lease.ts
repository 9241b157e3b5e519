import type { LeaseHolder } from './port.ts';

/** A lease that was not renewed for this long is free. */
export const leaseMs = 30_000;

export interface Lease {
  readonly holder: LeaseHolder;
  readonly renewedAt: number;
}

export interface LeaseClaim {
  readonly holder: string;
  readonly at: number;
  readonly isHolderGone: (holder: LeaseHolder) => boolean;
}

/** Whose a lease is; nobody's when anybody may have it. */
export function holderOf(lease: Lease | undefined, claim: Omit<LeaseClaim, 'holder'>): LeaseHolder | undefined {
  return lease === undefined || isLeaseFree(lease, { ...claim, holder: '' }) ? undefined : lease.holder;
}

/** Whether the claimant may have the lease. */
export function isLeaseFree(lease: Lease | undefined, claim: LeaseClaim): boolean {
  if (lease === undefined || lease.holder.id === claim.holder) return true;
  // The distance, not the difference: a clock that was set back must not lock a task for hours.
  return Math.abs(claim.at - lease.renewedAt) > leaseMs || claim.isHolderGone(lease.holder);
}
