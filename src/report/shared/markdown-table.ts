import { markdownTable } from "markdown-table";

/** GitHub refuses comments of more than 65,536 characters; a publisher adds a line or two of its own. */
export const MOST_CHARACTERS = 60_000;

export interface Table {
  readonly head: readonly string[];
  readonly align: readonly ("l" | "r")[];
  readonly rows: readonly (readonly string[])[];
}

/** The table with as many whole rows as fit, and how many are left out. */
export function fitTable({ head, align, rows }: Table, mostCharacters: number): { text: string; left: number } {
  // Unpadded, since padding would make every row as long as the longest.
  const render = (count: number) =>
    markdownTable([[...head], ...rows.slice(0, count).map((row) => [...row])], {
      align: [...align],
      alignDelimiters: false,
    });
  const overhead = render(0).length;
  let characters = overhead;
  let count = 0;
  for (const row of rows) {
    characters += row.reduce((sum, cell) => sum + cell.length + 3, 2);
    if (characters > mostCharacters) break;
    count += 1;
  }
  return { text: render(count), left: rows.length - count };
}
