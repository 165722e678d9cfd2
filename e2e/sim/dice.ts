import { seeded } from '#tap-node/hardware/simulated/seeded';
import type { Random } from '#tap-node/agent/clock';

/** All chance of one part of a seed. Parts draw from streams of their own, so that one more draw here moves nothing there. */
export class Dice implements Random {
  readonly #random: Random;
  readonly #seed: number;

  constructor(seed: number, stream = 0) {
    this.#seed = seed;
    this.#random = seeded(Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b));
  }

  stream(stream: number): Dice {
    return new Dice(this.#seed, stream);
  }

  unit(): number {
    return this.#random.unit();
  }

  hex(bytes: number): string {
    return this.#random.hex(bytes);
  }

  uuid(): string {
    const hex = this.hex(16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** whole, both ends included */
  between(least: number, most: number): number {
    return least + Math.floor(this.unit() * (most - least + 1));
  }

  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.unit() * items.length)];
  }

  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    let left = this.unit() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) if ((left -= weight) < 0) return name;
    throw new Error('nothing to choose from');
  }
}
