import { vi } from "vitest";

/** What is written to stdout from now on, in place of being shown; until vi.restoreAllMocks(). */
export function captureStdout(): { readonly text: string } {
  const written = { text: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.text += text;
    return true;
  });
  return written;
}
