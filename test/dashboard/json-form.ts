/** A type as its JSON has it: what is an enumeration in TypeScript is a text there. */
export type JsonForm<T> = 0 extends 1 & T
  ? T
  : T extends string
    ? `${T}`
    : T extends (infer U)[]
      ? JsonForm<U>[]
      : T extends object
        ? { [K in keyof T]: JsonForm<T[K]> }
        : T;
