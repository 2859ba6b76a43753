import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // A busy machine may take long for what is only waited for; the interval is that between two looks.
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    testTimeout: 30_000,
    expect: { poll: { timeout: 30_000, interval: 2 } },
  },
});
