/** What limits a comparison. A blocking one leaves open whether something got worse. */
export interface Limit {
  readonly note: string;
  readonly blocking: boolean;
}
