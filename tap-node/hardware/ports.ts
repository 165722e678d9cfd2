/** What a tap is made of. Two sets of drivers stand behind these: simulated ones and the Pi's. */
export type ReaderListener = {
  laid(uid: string): void;
  removed(): void;
  lost(): void;
  found(): void;
};
export type CardReader = { watch(listener: ReaderListener): void };

/** Pulses since this process started; counted outside the event loop, read at 20 Hz. */
export type Meter = { pulses(): number };

/** Normally closed, and closed by its holder when this process ends in whatever way. Orders are carried out in turn. */
export type Valve = { open(): Promise<void>; close(): Promise<void> };

/** Told by drivers that can notice it themselves; a tap with a broken part does not sell. */
export type PartListener = { broken(part: 'valve' | 'meter'): void; mended(part: 'valve' | 'meter'): void };

export type TapHardware = {
  readonly reader: CardReader;
  readonly meter: Meter;
  readonly valve: Valve;
  watchParts?(listener: PartListener): void;
};
