/** The part of nfc-pcsc 0.8 that is used here; the package itself has no types. */
declare module 'nfc-pcsc' {
  import type { EventEmitter } from 'node:events';

  export interface Logger {
    log(...words: unknown[]): void;
    debug(...words: unknown[]): void;
    info(...words: unknown[]): void;
    warn(...words: unknown[]): void;
    error(...words: unknown[]): void;
  }

  /** `card` (connected, not yet read when autoProcessing is off), `card.off`, `error`, `end`. */
  export class Reader extends EventEmitter<{
    card: [unknown];
    'card.off': [unknown];
    error: [Error];
    end: [];
  }> {
    readonly name: string;
    autoProcessing: boolean;
    readonly card: object | null;
    readonly connection: object | null;
    connect(): Promise<unknown>;
    transmit(data: Buffer, answerMaxLength: number): Promise<Buffer>;
  }

  export class NFC extends EventEmitter<{ reader: [Reader]; error: [Error] }> {
    constructor(logger?: Logger);
    close(): void;
  }
}
