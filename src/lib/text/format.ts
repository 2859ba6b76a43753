/** What stands where nothing was measured, so that it is not taken for 0. */
export const NOT_MEASURED = "–";

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** A number with `digits` decimals at most below 10 and none above 100: three figures are what people compare. */
function formatThreeFigures(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}

/** Bytes in binary units with three figures: "0 B", "9.2 MiB", "1.5 GiB". */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1023.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : formatThreeFigures(value)} ${BYTE_UNITS[unit]}`;
}

/** Milliseconds as people say them: "870 ms", "12.3 s", "2 min 5 s", "3 h 7 min". */
export function formatMs(ms: number): string {
  const sign = ms < 0 ? "-" : "";
  const size = Math.abs(ms);
  if (size < 999.5) return `${sign}${size < 10 ? formatThreeFigures(size) : Math.round(size)} ms`;
  if (size < 59_950) return `${sign}${formatThreeFigures(size / 1000)} s`;
  const seconds = Math.round(size / 1000);
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${sign}${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A whole number with thousands separators, "1,048,576"; fractions (means, medians) keep three figures. Not by a locale, whose data take longer to load than a plan takes to make. */
export function formatCount(count: number): string {
  if (!Number.isInteger(count) && Math.abs(count) < 1000) return formatThreeFigures(count);
  const rounded = Math.round(count);
  return `${rounded < 0 ? "-" : ""}${groupDigits(Math.abs(rounded).toString())}`;
}

function groupDigits(text: string): string {
  if (!/^\d+$/.test(text)) return text;
  const groups: string[] = [];
  for (let end = text.length; end > 0; end -= 3) groups.unshift(text.slice(Math.max(0, end - 3), end));
  return groups.join(",");
}

/** "1 case", "1,280 cases". */
export function plural(count: number, word: string): string {
  return `${formatCount(count)} ${word}${count === 1 ? "" : "s"}`;
}

const NAMES_SHOWN = 3;

/** "a, b, c and 2 more": the first three of some names. */
export function listNames(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return names.slice(0, NAMES_SHOWN).join(", ") + (more > 0 ? ` and ${formatCount(more)} more` : "");
}

/** How many times as large: "1.5x", "34.7x". */
export function formatRatio(ratio: number): string {
  return `${formatThreeFigures(ratio)}x`;
}

/**
 * A relative change, where `change` is current / baseline - 1: "+12.3 %", "-5 %", "0 %"; "12x" from ten times on, where
 * percents stop saying anything; "from 0" for null (the baseline was 0).
 */
export function formatChange(change: number | null): string {
  if (change === null) return "from 0";
  if (change >= 9) return formatRatio(change + 1);
  const percent = formatThreeFigures(change * 100);
  if (percent === "0" || percent === "-0") return change === 0 ? "0 %" : `${change > 0 ? "+" : "-"}<0.01 %`;
  return `${change > 0 ? "+" : ""}${percent} %`;
}

/** How much larger something has to be, where `growth` is its ratio less 1: "+40 %"; from twice on "2.6x", "413x". */
export function formatGrowth(growth: number): string {
  return growth >= 1 ? formatRatio(growth + 1) : formatChange(growth);
}

/** By how much something varies, from the standard deviation of its logarithm: "7 %"; from 1 on "a factor of 2.7". */
export function formatSpread(logDeviation: number): string {
  return logDeviation >= 1
    ? `a factor of ${formatThreeFigures(Math.exp(logDeviation))}`
    : `${formatThreeFigures(logDeviation * 100)} %`;
}
