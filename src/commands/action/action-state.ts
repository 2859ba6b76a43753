import { z } from "zod";

/**
 * What the post step needs to know of the main step. The main step alone writes it: before it makes anything, and again at its
 * end. It holds no secret, since the runner shows it in debug logs.
 */
const stateSchema = z.object({
  /** Of the run; its `run.json` holds the run's id as soon as the run makes anything. */
  runDirectory: z.string(),
  cacheDirectory: z.string(),
  /** null for a run on this machine. */
  cluster: z
    .object({
      provider: z.enum(["kind", "minikube", "current"]).nullable(),
      name: z.string(),
      context: z.string().nullable(),
      namespace: z.string(),
    })
    .nullable(),
  keepCluster: z.boolean(),
  artifactName: z.string(),
  retentionDays: z.number().nullable(),
  /** Whether the run has removed what it made. */
  cleaned: z.boolean(),
  /** Whether the artifact is there, or could not be made. */
  uploaded: z.boolean(),
});
export type ActionState = Readonly<z.infer<typeof stateSchema>>;

/** Name under which the runner keeps the state. */
const NAME = "run";

export function saveActionState(save: (name: string, value: string) => void, state: ActionState): void {
  save(NAME, JSON.stringify(state));
}

/** null where the main step did not come to its first save, or what is there is no state. */
export function readActionState(read: (name: string) => string): ActionState | null {
  const text = read(NAME);
  if (text === "") return null;
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
