import { defineConfig } from "vitest/config";

// Real clusters, one after the other: `npm run e2e`. They are no part of `npm test`.
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.e2e.ts"],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    reporters: ["verbose"],
  },
});
