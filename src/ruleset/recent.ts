/** A map that forgets by itself what was not asked for lately. */
export class Recent<T> {
  #now = new Map<string, T>();
  #before = new Map<string, T>();

  /** What was neither set nor found since the last turn is forgotten. */
  turn(): void {
    [this.#before, this.#now] = [this.#now, new Map()];
  }

  clear(): void {
    this.#now.clear();
    this.#before.clear();
  }

  get(key: string): T | undefined {
    const found = this.#now.get(key) ?? this.#before.get(key);
    if (found !== undefined) this.#now.set(key, found);
    return found;
  }

  set(key: string, value: T): void {
    this.#now.set(key, value);
  }
}
