import { randomBytes } from 'node:crypto';
import type { Clock, Random } from './clock.ts';

export const machineClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  after(ms, work) {
    const timer = setTimeout(work, Math.max(0, ms));
    return () => clearTimeout(timer);
  },
};

export const machineRandom: Random = {
  hex: (bytes) => randomBytes(bytes).toString('hex'),
  unit: () => randomBytes(4).readUInt32LE() / 2 ** 32,
};
