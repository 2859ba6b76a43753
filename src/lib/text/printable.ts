/**
 * C0 and C1 controls but tab and newline (terminals act on them, XML forbids most), bidirectional overrides (they make a line read
 * as another one), the two non-characters that XML forbids, and halves of surrogate pairs.
 */
export const UNPRINTABLE =
  /(?![\t\n])\p{Cc}|[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]|\p{Surrogate}/gu;

/** Text from files, logs and other programs as it may be shown in a terminal: what a terminal would act on becomes U+FFFD. */
export function toPrintable(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(UNPRINTABLE, "\uFFFD");
}
