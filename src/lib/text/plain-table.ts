import type { TableConstructorOptions } from "cli-table3";

const FRAME = [
  ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
  ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid"],
];

/** Options of a table with neither colours nor frames, its columns two spaces apart: the text may go into a file. */
export const PLAIN_TABLE = {
  style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  chars: { ...Object.fromEntries(FRAME.map((name) => [name, ""])), middle: "  " },
} satisfies TableConstructorOptions;
