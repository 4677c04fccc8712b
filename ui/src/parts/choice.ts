/** One of the values that a list offers. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}
