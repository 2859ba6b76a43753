import type { Random } from "./random.ts";

/** Files by their paths below a folder of their own, and what is to be done with them. */
export interface Input {
  readonly files: ReadonlyMap<string, string | Buffer>;
  /**
   * Feeds the files to the product. Throws for whatever the product must not do.
   *
   * @param folder holds the files, and takes what the product writes
   */
  readonly check: (folder: string) => Promise<void>;
}

/** One way into the product, and what others may put there. */
export interface Target {
  readonly name: string;
  /** The same input for the same numbers. */
  readonly make: (random: Random) => Input;
}
