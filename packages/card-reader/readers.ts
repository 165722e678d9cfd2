import { NFC, type Reader } from 'nfc-pcsc';

/** Asks a contactless card for its UID; the answer is the UID and 90 00. */
const GET_UID = Buffer.from('ffca000000', 'hex');
const LONGEST_ANSWER = 12;
const SUCCESS = '9000';
/** A card at the edge of the field often answers at the second try. */
const TRIES = 4;
const TRY_AGAIN_MS = 60;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
/** Time for the service to name the readers that are plugged in already. */
const SETTLE_MS = 300;

export type ReportedState = 'ready' | 'no_reader' | 'no_service';

export interface ReaderEvents {
  /** `uid` as the reader gives it, hex. */
  onCard: (uid: string, reader: string) => void;
  onCardGone: (reader: string) => void;
  onReaderGone: (reader: string) => void;
  onReaders: (names: string[], state: ReportedState) => void;
  complain: (sentence: string) => void;
}

/** Watches all PC/SC readers, and goes on looking for the service when it is away. */
export class ReaderWatch {
  private readonly events: ReaderEvents;
  private readonly readers = new Map<string, Reader>();
  private nfc: NFC | undefined;
  private waitMs = FIRST_WAIT_MS;
  /** The service's absence is told once, however often it is looked for. */
  private away = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(events: ReaderEvents) {
    this.events = events;
  }

  open(): void {
    const nfc = new NFC({ log, debug: log, info: log, warn: log, error: () => this.connectAgainSoon() });
    this.nfc = nfc;
    nfc.on('reader', (reader) => this.add(reader));
    nfc.on('error', (error) => {
      if (this.nfc === nfc) this.serviceLost(error);
    });
    this.timer = setTimeout(() => this.tellReaders(), SETTLE_MS);
  }

  private add(reader: Reader): void {
    this.waitMs = FIRST_WAIT_MS;
    this.away = false;
    reader.autoProcessing = false;
    this.readers.set(reader.name, reader);
    reader.on('card', () => void this.read(reader));
    reader.on('card.off', () => this.events.onCardGone(reader.name));
    reader.on('error', (error) => this.events.complain(`${reader.name}: ${error.message}`));
    reader.on('end', () => this.remove(reader));
    this.tellReaders();
  }

  private remove(reader: Reader): void {
    if (this.readers.get(reader.name) !== reader) return;
    this.readers.delete(reader.name);
    this.events.onReaderGone(reader.name);
    if (this.nfc) this.tellReaders();
  }

  private tellReaders(): void {
    clearTimeout(this.timer);
    const names = [...this.readers.keys()].sort();
    this.events.onReaders(names, names.length === 0 ? 'no_reader' : 'ready');
  }

  private serviceLost(error: Error): void {
    clearTimeout(this.timer);
    const nfc = this.nfc;
    this.nfc = undefined;
    nfc?.close();
    this.events.onReaders([], 'no_service');
    if (!this.away) this.events.complain(`The card reader service (PC/SC) is away: ${error.message}`);
    this.away = true;
    this.timer = setTimeout(() => this.open(), this.waitMs);
    this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
  }

  private async read(reader: Reader): Promise<void> {
    const card = reader.card;
    for (let attempt = 0; attempt < TRIES && reader.card === card && card !== null; attempt += 1) {
      const answer = await reader.transmit(GET_UID, LONGEST_ANSWER).catch(() => undefined);
      const hex = answer?.toString('hex') ?? '';
      if (reader.card !== card) return;
      if (hex.length > SUCCESS.length && hex.endsWith(SUCCESS)) {
        return this.events.onCard(hex.slice(0, -SUCCESS.length), reader.name);
      }
      await pause(TRY_AGAIN_MS);
    }
    if (card !== null && reader.card === card)
      this.events.complain(`${reader.name}: this card does not tell its UID.`);
  }

  /** nfc-pcsc tells a failed connection only to its logger, and not of which reader. */
  private connectAgainSoon(): void {
    setTimeout(() => {
      for (const reader of this.readers.values()) {
        if (reader.card === null || reader.connection !== null) continue;
        void reader.connect().then(
          () => this.read(reader),
          () => undefined,
        );
      }
    }, TRY_AGAIN_MS);
  }
}

function log(): void {}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
