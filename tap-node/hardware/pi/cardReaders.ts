import { ReaderWatch } from '#card-reader/readers';
import type { ReaderEvents } from '#card-reader/readers';
import { canonicalUid } from '#domain/card/uid';
import type { ReaderWiring } from '#tap-node/config/tapFile';
import type { ReaderListener } from '../ports.ts';

type Place = {
  readonly wiring: ReaderWiring;
  listener: ReaderListener | null;
  /** as PC/SC names it; null: none, or more than one */
  reader: string | null;
  uid: string | null;
};

/** As the wire takes a UID: 4, 7 or 10 bytes. */
const UID = /^([0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})$/;

/**
 * The PC/SC readers of one node, each at its tap by its name. Absent at the start, pulled out, plugged in again: a place
 * without its one reader says `lost`, which is also the end of the card that lay there.
 */
export class CardReaders {
  readonly #places: readonly Place[];
  readonly #log: (line: string) => void;
  #told = '';

  constructor(options: {
    wirings: readonly ReaderWiring[];
    log: (line: string) => void;
    open?: (events: ReaderEvents) => void;
  }) {
    this.#places = options.wirings.map((wiring) => ({ wiring, listener: null, reader: null, uid: null }));
    this.#log = options.log;
    const open = options.open ?? ((events) => new ReaderWatch(events).open());
    open({
      onCard: (uid, reader) => this.#laid(uid, reader),
      onCardGone: (reader) => this.#gone(reader),
      onReaderGone: (reader) => this.#readerGone(reader),
      onReaders: (names, state) => this.#readers(names, state === 'no_service'),
      complain: (sentence) => options.log(sentence),
    });
  }

  /** Tells what is so now, then what changes. */
  watch(index: number, listener: ReaderListener): void {
    const place = this.#places[index];
    if (!place) return;
    place.listener = listener;
    if (place.reader === null) return listener.lost();
    listener.found();
    if (place.uid !== null) listener.laid(place.uid);
  }

  unwatch(index: number): void {
    const place = this.#places[index];
    if (place) place.listener = null;
  }

  #laid(read: string, reader: string): void {
    const place = this.#at(reader);
    if (!place) return;
    const reading = canonicalUid(read, { order: place.wiring.uid_order });
    // a card that no till takes is shown to it all the same: its refusal says why
    const uid = reading.ok ? reading.uid : read.toUpperCase();
    if (!UID.test(uid)) return this.#log(`${reader}: ${read} is no UID of a card`);
    place.uid = uid;
    place.listener?.laid(uid);
  }

  #gone(reader: string): void {
    const place = this.#at(reader);
    if (!place) return;
    place.uid = null;
    place.listener?.removed();
  }

  #readerGone(reader: string): void {
    const place = this.#at(reader);
    if (place) this.#lose(place);
  }

  #lose(place: Place): void {
    place.reader = null;
    place.uid = null;
    place.listener?.lost();
  }

  #readers(names: readonly string[], no_service: boolean): void {
    for (const place of this.#places) {
      const matches = names.filter((name) => fits(place.wiring, name));
      const only = matches.length === 1 ? (matches[0] ?? null) : null;
      if (only === place.reader) continue;
      if (place.reader !== null) this.#lose(place);
      place.reader = only;
      if (only !== null) place.listener?.found();
    }
    this.#tell(names, no_service);
  }

  #tell(names: readonly string[], no_service: boolean): void {
    const missing = this.#places.filter((place) => place.reader === null);
    const list = names.length === 0 ? 'none' : names.map((name) => `"${name}"`).join(', ');
    const line = no_service
      ? 'no card reader service: is pcscd running?'
      : [
          `card readers: ${list}`,
          ...missing.map(({ wiring }) =>
            wiring.name === undefined
              ? 'a tap without "reader.name" takes the only reader there is, not one of several or none'
              : `"${wiring.name}" is not the name of exactly one of them`,
          ),
        ].join('; ');
    if (line !== this.#told) this.#log(line);
    this.#told = line;
  }

  #at(reader: string): Place | undefined {
    return this.#places.find((place) => place.reader === reader);
  }
}

function fits({ name }: ReaderWiring, reader: string): boolean {
  return name === undefined || reader.toLowerCase().includes(name.toLowerCase());
}
