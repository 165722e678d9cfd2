import { flushSync } from 'react-dom';
import { canonicalUid } from '#domain/card/uid';
import { cardArrived, wedgeEnded } from '../lib/cards.ts';
import { createWedgeFilter, WEDGE_GAP_MS } from '../lib/wedge.ts';

const replayed = new WeakSet<Event>();

/** A person's key, given back to whoever has the focus: first the listeners, then the field. */
function giveBack(key: string): void {
  const target = document.activeElement ?? document.body;
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
  replayed.add(event);
  // Each key is finished before the next, as with real ones: otherwise a field would count from a figure that is gone.
  if (!flushSync(() => target.dispatchEvent(event))) return;
  const field = document.activeElement;
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)
    document.execCommand('insertText', false, key);
}

const isPrintable = (event: KeyboardEvent): boolean =>
  event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;

/** Space presses the button that has the focus; it must stay a real key. */
const pressesButton = (event: KeyboardEvent): boolean =>
  event.key === ' ' && !(event.target instanceof HTMLInputElement);

const MOST_LAG_MS = 400;

/** On a busy computer the keys of a reader arrive later than they were typed, so the next one is waited for longer. */
const lagOf = (event: KeyboardEvent): number =>
  Math.min(MOST_LAG_MS, 3 * Math.max(0, performance.now() - event.timeStamp));

/** Bursts of a keyboard-wedge reader become cards on every screen and reach no field. */
export function watchWedge(): () => void {
  let timer = 0;
  const filter = createWedgeFilter({
    typed: (keys) => keys.forEach(giveBack),
    card: (text) => {
      wedgeEnded();
      const reading = canonicalUid(text);
      cardArrived(reading.ok ? reading.uid : text);
    },
  });
  const swallow = (event: Event): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (replayed.has(event) || event.key === 'Shift') return;
    if (isPrintable(event) && !pressesButton(event)) {
      window.clearTimeout(timer);
      filter.key(event.key, event.timeStamp);
      timer = window.setTimeout(() => filter.flush(), WEDGE_GAP_MS + 10 + lagOf(event));
      swallow(event);
    } else if (event.key === 'Enter') {
      if (filter.enter(event.timeStamp)) swallow(event);
    } else {
      filter.flush();
    }
  };
  // What was typed before a press counts for it.
  const onPress = (): void => filter.flush();
  window.addEventListener('keydown', onKey, { capture: true });
  window.addEventListener('pointerdown', onPress, { capture: true });
  return () => {
    window.removeEventListener('keydown', onKey, { capture: true });
    window.removeEventListener('pointerdown', onPress, { capture: true });
  };
}

/**
 * A pressed button, link or option does not take the focus from the field that is being filled: in a dialog the amount,
 * elsewhere the search. Keys still move it.
 */
export function keepFocusOnPress(): () => void {
  const onPress = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('input, textarea, select, label, output, pre')) return;
    if (target?.closest('button, a, [role="radio"]')) event.preventDefault();
  };
  window.addEventListener('mousedown', onPress, { capture: true });
  return () => window.removeEventListener('mousedown', onPress, { capture: true });
}

/**
 * The second click of a double one belongs to what the first one pressed. What has come into its place meanwhile, when a dialog has
 * closed or a page has gone on, was not meant.
 */
export function watchDoubleClick(): () => void {
  let first: Element | null = null;
  const onClick = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    const pressed = target?.closest('button, a, input, label, [role="radio"]') ?? target;
    if (event.detail < 2) first = pressed;
    else if (pressed !== first) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  window.addEventListener('click', onClick, { capture: true });
  return () => window.removeEventListener('click', onClick, { capture: true });
}

/** Key hints show after a key and hide after a touch. */
export function watchInputKind(): () => void {
  const root = document.documentElement;
  const onPointer = (event: PointerEvent): void => {
    if (event.pointerType === 'touch') root.dataset['input'] = 'touch';
  };
  const onKey = (): void => {
    root.dataset['input'] = 'keys';
  };
  window.addEventListener('pointerdown', onPointer, { capture: true });
  window.addEventListener('keydown', onKey, { capture: true });
  return () => {
    window.removeEventListener('pointerdown', onPointer, { capture: true });
    window.removeEventListener('keydown', onKey, { capture: true });
  };
}
