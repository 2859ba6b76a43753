/** A part of an install that was not there before. */
export type MadePart =
  | "namespace"
  | "argo"
  | "argo-namespace"
  | "release"
  | "operator"
  | "operator-definitions"
  | "operator-namespace";

/** What an install makes, each part noted before it is made, so that a cleanup after an interrupt finds what there may be. */
export class MadeParts {
  #parts: MadePart[] = [];

  begin(part: MadePart): void {
    this.#parts.push(part);
  }

  forget(part: MadePart): void {
    this.#parts = this.#parts.filter((each) => each !== part);
  }

  /** Gives the parts, the last one first, and forgets them. */
  takeAll(): MadePart[] {
    return this.#parts.splice(0).reverse();
  }
}
