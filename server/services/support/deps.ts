import type { Sequelize } from 'sequelize';
import type { Flags } from '#domain/flags';
import type { NodeCommand, TAP_PHASES } from '#domain/protocol/node';
import type { Role } from '#domain/staff/roles';
import type { Models } from '../../models/init.ts';

/** Everything a service reaches for. Time, randomness and whatever is outside the database are arguments. */
export type Deps = {
  readonly sequelize: Sequelize;
  readonly models: Models;
  readonly clock: Clock;
  readonly random: Random;
  readonly leases: LeaseClock;
  readonly live: LiveState;
  /** Flags that the environment sets at start; they win over the rows. */
  readonly flag_overrides: Partial<Flags>;
  /** Tells the readers of the events table that there is something new; called after commit, many calls are one NOTIFY. */
  wake(): void;
  /** How a service waits; without it by this machine's clock. A simulation's time passes otherwise. */
  readonly pause?: (ms: number) => Promise<unknown>;
  /** Sends a command to a node if it is connected; nothing that must hold may depend on it. */
  push(node_id: number, command: NodeCommand): void;
};

export type Clock = {
  now(): Date;
  /** milliseconds that never jump; only differences mean something */
  monotonic(): number;
};

export type Random = { uuid(): string; hex(bytes: number): string };

/** Leases run in monotonic time of this process (H24); the row's `lease_over` says that one has ended. */
export type LeaseClock = {
  /** Begins or begins anew. */
  start(grant_id: string, lease_ms: number): void;
  /** The grant has ended: nothing to wait for. */
  forget(grant_id: string): void;
  /** 0 when the lease has run out or is not known here. */
  leftMs(grant_id: string): number;
};

export type TapPhase = (typeof TAP_PHASES)[number];
export type LiveTap = {
  phase: TapPhase;
  last_seen_ms_ago: number;
  live_ml: number | null;
  grant_id: string | null;
  /** what the latest cleaning by card has let through */
  rinsed_pulses?: number | null;
};
/** What heartbeats and progress messages said last; held in memory, lost with the process. */
export type LiveState = { tap(tap_id: number): LiveTap | undefined };

/** Who acts: the operator of a session at a till. */
export type Actor = { readonly operator_id: number; readonly role: Role; readonly till_id: number };
