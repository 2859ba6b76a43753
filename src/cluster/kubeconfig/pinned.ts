import { existsSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorMessage, InfrastructureError } from "../../lib/errors.ts";
import { replaceFile } from "../../lib/files/replace-file.ts";
import type { Cluster } from "../cluster.ts";
import { renderOneContext, renderPodKubeconfig } from "./kubeconfig.ts";

/** A kubeconfig for the programs that a run starts. */
export interface PinnedKubeconfig {
  readonly path: string;
  /** Idempotent; also called when this process exits. */
  remove(): void;
}

/** Writes a kubeconfig of the cluster's context alone, which only its owner can read. Throws InfrastructureError. */
export async function pinKubeconfig(cluster: Cluster): Promise<PinnedKubeconfig> {
  let folder: string | undefined;
  const remove = () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    process.off("exit", remove);
  };
  process.on("exit", remove);
  try {
    // In a pod there is no file; what stands in for it names the file of the token.
    const text = existsSync(cluster.kubeconfigPath)
      ? renderOneContext(cluster.kubeconfigPath, cluster.context)
      : renderPodKubeconfig(cluster.kubeConfig());
    folder = await mkdtemp(join(tmpdir(), "spark-loadtest-"));
    const path = join(folder, "kubeconfig");
    await replaceFile(path, text, { ownerOnly: true });
    return { path, remove };
  } catch (error) {
    remove();
    throw new InfrastructureError(`Could not write a kubeconfig for the scripts: ${errorMessage(error)}`, {
      hint: "Choose another folder for temporary files with TMPDIR.",
      cause: error,
    });
  }
}
