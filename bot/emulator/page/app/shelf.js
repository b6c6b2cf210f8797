// What is known of something that is read in one piece and changes while it is being read: later news beats an older answer.

let moments = 0;

/** The present moment, to be kept from before a request until its answer. */
export const moment = () => moments;

/** Values by key, each with the moment it was last told. */
export class Shelf {
  constructor() {
    this.values = new Map();
    this.touched = new Map();
    this.more = false;
    this.loaded = false;
    this.error = null;
  }

  get(key) {
    return this.values.get(key);
  }

  has(key) {
    return this.values.has(key);
  }

  /** News: a value came or changed just now. */
  put(key, value) {
    moments += 1;
    this.touched.set(key, moments);
    this.values.set(key, value);
  }

  /** News: it is gone. True when it was there. */
  drop(key) {
    moments += 1;
    this.touched.set(key, moments);
    return this.values.delete(key);
  }

  /**
   * An answer to what was asked at the moment `since`. Values it does not name are dropped where `covers(key, value)`.
   */
  merge(pairs, since, covers = () => false) {
    const fresh = (key) => (this.touched.get(key) ?? 0) > since;
    const named = new Map(pairs);
    for (const [key, value] of this.values) {
      if (!named.has(key) && !fresh(key) && covers(key, value)) this.values.delete(key);
    }
    for (const [key, value] of named) if (!fresh(key)) this.values.set(key, value);
    this.loaded = true;
    this.error = null;
  }
}
