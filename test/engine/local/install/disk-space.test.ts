import { describe, expect, it } from "vitest";
import { checkDiskSpace } from "../../../../src/engine/local/install/disk-space.ts";

describe("checkDiskSpace", () => {
  const statfs = async () => ({ bavail: 1000, bsize: 4096 });

  it("says what is needed and what is free", async () => {
    await expect(checkDiskSpace("/cache", 2.5e9, "To install pyspark 4.1.4", statfs)).rejects.toMatchObject({
      name: "InfrastructureError",
      exitCode: 6,
      message: "To install pyspark 4.1.4, 2.33 GiB of disk space are needed in /cache, and 3.91 MiB are free.",
    });
  });

  it("is content with just enough", async () => {
    await expect(checkDiskSpace("/cache", 4_096_000, "To install", statfs)).resolves.toBeUndefined();
  });
});
