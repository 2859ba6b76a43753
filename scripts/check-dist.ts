// Fails when dist/ is not what src/ builds: a bundle that nobody reviewed is what users would run.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const fresh = mkdtempSync(join(tmpdir(), "check-dist-"));
try {
  execFileSync(process.execPath, ["scripts/build.ts", fresh], { stdio: "inherit" });
  const list = (root: string) =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort();
  const names = new Set([...list(fresh), ...list("dist")]);
  const read = (root: string, name: string) => {
    try {
      return readFileSync(join(root, name));
    } catch {
      return null;
    }
  };
  const stale = [...names].filter((name) => {
    const [built, committed] = [read(fresh, name), read("dist", name)];
    return built === null || committed === null || !built.equals(committed);
  });
  if (stale.length > 0) {
    console.error(`dist/ is not what src/ builds: ${stale.join(", ")}. Run npm run build and commit dist/.`);
    process.exitCode = 1;
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
