import { createStore } from '../lib/store.ts';

/** Four short sounds, never the only signal. */
export type Sound = 'card' | 'refusal' | 'attention' | 'money';

interface Tone {
  hz: number;
  /** seconds from the beginning */
  at: number;
  for: number;
}

export const TONES: Record<Sound, readonly Tone[]> = {
  card: [{ hz: 880, at: 0, for: 0.07 }],
  refusal: [
    { hz: 330, at: 0, for: 0.12 },
    { hz: 247, at: 0.13, for: 0.16 },
  ],
  attention: [
    { hz: 660, at: 0, for: 0.08 },
    { hz: 660, at: 0.14, for: 0.08 },
  ],
  money: [
    { hz: 784, at: 0, for: 0.07 },
    { hz: 1047, at: 0.08, for: 0.12 },
  ],
};
const LOUD = 0.12;
const KEY = 'taptill.muted';

export const muted = createStore(window.localStorage.getItem(KEY) === 'yes');

export function setMuted(quiet: boolean): void {
  window.localStorage.setItem(KEY, quiet ? 'yes' : 'no');
  muted.set(quiet);
}

let context: AudioContext | null = null;

/** Made here, so that no file has to be there; a browser that has no sound stays silent. */
export function play(sound: Sound): void {
  if (muted.get() || typeof AudioContext === 'undefined') return;
  try {
    context ??= new AudioContext();
    void context.resume();
    for (const tone of TONES[sound]) beep(context, tone);
  } catch {
    context = null;
  }
}

function beep(audio: AudioContext, tone: Tone): void {
  const begin = audio.currentTime + tone.at;
  const end = begin + tone.for;
  const wave = audio.createOscillator();
  const volume = audio.createGain();
  wave.frequency.value = tone.hz;
  volume.gain.setValueAtTime(0, begin);
  volume.gain.linearRampToValueAtTime(LOUD, begin + 0.01);
  volume.gain.linearRampToValueAtTime(0, end);
  wave.connect(volume).connect(audio.destination);
  wave.start(begin);
  wave.stop(end);
}
