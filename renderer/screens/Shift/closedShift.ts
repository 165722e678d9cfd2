import type { ShiftClosedWire } from '#domain/protocol/equipment';
import { createStore } from '../../lib/store.ts';

/** The shift that was closed a moment ago, until its figures have been read. */
export const closedShift = createStore<ShiftClosedWire | null>(null);
