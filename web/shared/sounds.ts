// Short sounds that cannot be mistaken for one another: paid rises, given back falls, failed stays low.

export type Sound = "paid" | "refunded" | "failed";

interface Note {
  hertz: number;
  at: number;
  lasts: number;
  wave: OscillatorType;
}

const NOTES: Record<Sound, Note[]> = {
  paid: [
    { hertz: 784, at: 0, lasts: 0.14, wave: "triangle" },
    { hertz: 1047, at: 0.12, lasts: 0.14, wave: "triangle" },
    { hertz: 1319, at: 0.24, lasts: 0.14, wave: "triangle" },
    { hertz: 1568, at: 0.36, lasts: 0.5, wave: "triangle" },
    { hertz: 3136, at: 0.36, lasts: 0.5, wave: "sine" },
  ],
  refunded: [
    { hertz: 880, at: 0, lasts: 0.3, wave: "sine" },
    { hertz: 659, at: 0.28, lasts: 0.3, wave: "sine" },
    { hertz: 523, at: 0.56, lasts: 0.6, wave: "sine" },
  ],
  failed: [
    { hertz: 196, at: 0, lasts: 0.22, wave: "square" },
    { hertz: 196, at: 0.32, lasts: 0.32, wave: "square" },
  ],
};
const LOUDNESS: Record<OscillatorType, number> = { sine: 0.5, triangle: 0.5, square: 0.12, sawtooth: 0.12, custom: 0 };
const SILENCE = 0.0001;

let context: AudioContext | null = null;

/** Lets sounds be heard later; call it in a tap, as iOS demands. The ringer switch does not mute what is about money. */
export function allowSound(): void {
  const session = (navigator as { audioSession?: { type: string } }).audioSession;
  if (session) session.type = "playback";
  context ??= new AudioContext();
  void context.resume();
}

/** Plays a sound, if the browser lets a page be heard that nobody has tapped yet. */
export function play(sound: Sound): void {
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return;
  allowSound();
  if (!context) return;
  const from = context.currentTime + 0.05;
  for (const note of NOTES[sound]) strike(context, note, from + note.at);
}

function strike(audio: AudioContext, note: Note, from: number): void {
  const voice = new OscillatorNode(audio, { type: note.wave, frequency: note.hertz });
  const gain = new GainNode(audio, { gain: SILENCE });
  gain.gain.setValueAtTime(SILENCE, from);
  gain.gain.exponentialRampToValueAtTime(LOUDNESS[note.wave], from + 0.015);
  gain.gain.exponentialRampToValueAtTime(SILENCE, from + note.lasts);
  voice.connect(gain).connect(audio.destination);
  voice.start(from);
  voice.stop(from + note.lasts);
}
