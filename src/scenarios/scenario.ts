import { toFileName } from "../lib/files/file-name.ts";

/** One script of the folder. */
export interface Scenario {
  /** Of the file, without `.sh`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** The path below the folder of scenarios. */
  readonly script: string;
}

/** Of what the scripts print, in the run's folder. */
export const LOG_FOLDER = "logs";

/** The file that has what a scenario's script prints in all its attempts, as a path in the run's folder. Every file system takes it. */
export function logPathOf({ name }: Scenario): string {
  return `${LOG_FOLDER}/${toFileName(name)}.log`;
}
