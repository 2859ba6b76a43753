import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { BadInputError } from "../../lib/errors.ts";
import type { Environment } from "../../lib/process/environment.ts";
import { parseJson } from "../../lib/text/parse-json.ts";
import type { WorkflowJob } from "../../model/documents.ts";
import type { BaselineSource } from "../../publish/artifacts/fetch-baseline.ts";
import { type GithubContext, readGithubContext } from "../../publish/github/context.ts";
import { describeMissingArtifacts } from "../../publish/github/server.ts";
import { describeOtherEvent } from "../../publish/github/standing.ts";
import { readArguments } from "../dispatch/read-arguments.ts";
import type { RunConfig } from "../run/options.ts";

/** Gives the value of an input, its default included, without white space around it; "" for none. */
export type GetInput = (name: string) => string;

/** Everything that the action was asked to do: its inputs and where it runs, validated once. */
export interface ActionConfig {
  readonly run: RunConfig;
  readonly baseline: BaselineSource;
  readonly comment: boolean;
  /** Secret; null for none. */
  readonly token: string | null;
  /** The tier follows after a hyphen. */
  readonly artifactName: string;
  readonly job: WorkflowJob;
  /** null for what the repository is set to. */
  readonly retentionDays: number | null;
  readonly github: GithubContext;
}

/** Inputs that are options of `run` under the same name, one value each. */
const OPTIONS = [
  ...["tier", "tiers-file", "cluster", "max-parallel", "coverage", "samples", "image", "baseline-image"],
  ...[
    "fail-on",
    "max-detectable-change",
    "push-metrics",
    "timeout",
    "node-image",
    "argo-chart",
    "spark-operator-chart",
  ],
  "values",
  "artifacts",
];
/** Inputs of which every line is one value of the option. */
const LISTS = ["only"];
const ARTIFACT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** More than any repository can be set to. */
const LONGEST_RETENTION_DAYS = 400;

/**
 * Reads the inputs of the action. The command line's own parser checks those that are options of `run`, so that both refuse the
 * same things. Throws BadInputError that names the input, its value and the rule.
 */
export function readActionConfig(getInput: GetInput, env: Environment): ActionConfig {
  const github = readGithubContext(env);
  const baseline = readBaseline(getInput("baseline"), getInput("baseline-image"));
  const config: Omit<ActionConfig, "run"> = {
    baseline: baseline.source,
    comment: readBoolean(getInput, "comment"),
    token: getInput("github-token") || null,
    artifactName: readArtifactName(getInput),
    job: { ...github.job, matrix: readMatrix(getInput("matrix")) },
    retentionDays: readRetentionDays(getInput("retention-days")),
    github,
  };
  // In the order of the options, and never as a word of its own: a value that looks like an option stays a value.
  const argv = [
    "run",
    ...OPTIONS.filter((name) => getInput(name) !== "").map((name) => `--${name}=${getInput(name)}`),
    ...LISTS.flatMap((name) => lines(getInput(name)).map((line) => `--${name}=${line}`)),
    ...readSparkVersions(getInput),
    ...(readBoolean(getInput, "keep-cluster") ? ["--keep-cluster"] : []),
    ...baseline.folders.map((folder) => `--baseline=${resolve(github.workspace, folder)}`),
    `--out=${join(github.temporaryDirectory, "spark-loadtest", randomBytes(4).toString("hex"))}`,
  ];
  try {
    const command = readArguments(argv, env, "");
    if (command?.name !== "run") throw new Error(`${argv.join(" ")} is no run`);
    return { ...config, run: command.config };
  } catch (error) {
    throw inInputWords(error);
  }
}

/** What a BadInputError says of options, said of inputs; any other error stays as it is. */
export function inInputWords(error: unknown): unknown {
  if (!(error instanceof BadInputError)) return error;
  const say = (text: string) =>
    text.replace(/--([a-z][a-z-]*)/g, (flag, name) => (isInput(name) ? `\`${name}\`` : flag));
  const message = error.message.replace(
    /^option '--([a-z-]+) <[^>]+>' argument '(.*?)' is invalid\./s,
    (_, name, value) => `Input ${name} is ${JSON.stringify(value.slice(0, 200))}.`,
  );
  const hint = error.hint?.startsWith("See spark-loadtest") ? "See the inputs in the README." : error.hint;
  return new BadInputError(say(message), {
    ...(hint === undefined ? {} : { hint: say(hint) }),
    cause: error,
  });
}

/** The input that an error in the words of inputs is about: the one that it names, or whose value it shows. */
export function findInput({ message }: BadInputError, getInput: GetInput): string | undefined {
  const [, refused, named] = /^Input ([a-z-]+) |`([a-z-]+)`/.exec(message) ?? [];
  const found = refused ?? named;
  if (found !== undefined) return found;
  return [...OPTIONS, ...LISTS].find((name) => {
    const value = getInput(name);
    return message.includes(JSON.stringify(value)) || (/[./]/.test(value) && message.includes(value));
  });
}

function isInput(name: string): boolean {
  return OPTIONS.includes(name) || LISTS.includes(name) || ["baseline", "keep-cluster"].includes(name);
}

function refuse(name: string, value: string, rule: string, hint: string): never {
  throw new BadInputError(`Input ${name} is ${JSON.stringify(value.slice(0, 200))}. ${rule}`, { hint });
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** The booleans of YAML 1.2, as the runner hands them over. */
function readBoolean(getInput: GetInput, name: string): boolean {
  const value = getInput(name);
  if (/^(true|True|TRUE)$/.test(value)) return true;
  if (/^(false|False|FALSE)$/.test(value)) return false;
  return refuse(name, value, "It must be true or false.", `Write ${name}: true, or leave it out.`);
}

function readArtifactName(getInput: GetInput): string {
  const value = getInput("artifact-name");
  if (ARTIFACT_NAME.test(value)) return value;
  return refuse(
    "artifact-name",
    value,
    "It must be letters, digits, points, hyphens and underscores, at most 100.",
    "Leave it out, or give one such as spark-loadtest-kind.",
  );
}

/**
 * The job's values in its matrix. They are the default of an input, since a runner tells them nowhere else; one that does not evaluate
 * defaults hands over the expression.
 */
function readMatrix(text: string): WorkflowJob["matrix"] {
  if (["", "null"].includes(text) || text.startsWith("${{")) return {};
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { matrix: text };
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, typeof each === "string" ? each : JSON.stringify(each)]),
  );
}

function readRetentionDays(value: string): number | null {
  if (value === "") return null;
  const days = Number(value);
  if (Number.isInteger(days) && days >= 1 && days <= LONGEST_RETENTION_DAYS) return days;
  return refuse(
    "retention-days",
    value,
    `It must be a whole number from 1 to ${LONGEST_RETENTION_DAYS}.`,
    "Leave it out for what the repository is set to.",
  );
}

/** As a condition of `only`, which knows how a version may be shortened. */
function readSparkVersions(getInput: GetInput): string[] {
  const value = getInput("spark-versions");
  const versions = value.split(/[\s,]+/).filter((version) => version !== "");
  if (versions.length === 0) return [];
  const wrong = versions.find((version) => !/^\d+\.\d+(\.[\w.-]+)?$/.test(version));
  if (wrong !== undefined) {
    refuse(
      "spark-versions",
      value,
      "It must be versions such as 3.5 or 4.1.4, separated by commas.",
      `Correct ${wrong}.`,
    );
  }
  if (/(^|[,\n])[^\S\n]*sparkVersion\s*=/.test(getInput("only"))) {
    refuse("spark-versions", value, "Input only chooses Spark versions, too.", "Leave one of them out.");
  }
  return [`--only=sparkVersion=${versions.join(",")}`];
}

/** @param image of an A/B run, which needs no earlier runs: what stands for them by default is nothing then */
function readBaseline(value: string, image: string): { source: BaselineSource; folders: string[] } {
  const entries = image !== "" && value === "default-branch" ? [] : lines(value);
  if (image !== "" && entries.length > 0 && value !== "none") {
    const rule = "It compares with earlier runs, and baseline-image with the same run's own.";
    refuse("baseline", value, rule, "Leave one of them out.");
  }
  const word = entries.find((entry) => ["none", "default-branch"].includes(entry) || entry.startsWith("release:"));
  if (word !== undefined && entries.length > 1) {
    refuse("baseline", value, `${word} cannot be combined with anything else.`, "Give one word, or folders only.");
  }
  if (word === undefined) {
    return { source: { kind: entries.length === 0 ? "none" : "folders" }, folders: entries };
  }
  if (word === "none" || word === "default-branch") return { source: { kind: word }, folders: [] };
  const tag = word.slice("release:".length).trim();
  if (tag === "") refuse("baseline", value, "The tag is missing.", "Write release:v1.2.3 or release:latest.");
  return { source: { kind: "release", tag: tag === "latest" ? null : tag }, folders: [] };
}

/**
 * What makes a later run comparable with one that had no baseline; undefined where the baseline was chosen by hand.
 *
 * @param uploaded whether the run's documents are where later runs look for them; null as long as that is not known
 */
export function describeNextRun(
  { baseline, github }: Pick<ActionConfig, "baseline" | "github">,
  uploaded: boolean | null,
): string | undefined {
  if (baseline.kind !== "default-branch") return undefined;
  const { server, standing, eventName } = github;
  if (!server.hasArtifacts) return `There will be no baseline by itself: ${describeMissingArtifacts(server)}.`;
  if (standing === "baseline" && uploaded === true) return "Later runs of this job are compared with this one.";
  if (standing === "baseline" && uploaded === false) {
    return "This run could not be kept for later ones, which have nothing to compare with yet: the job's log says why.";
  }
  const branch = github.defaultBranch ?? "the default branch";
  const rule = `The baseline are runs of this job on ${branch}`;
  if (standing === "baseline") return `${rule} whose results were uploaded.`;
  if (standing === "other-event") return `${rule}: ${describeOtherEvent(eventName)}.`;
  return `${rule}: let this workflow run there too, on push or on a schedule.`;
}
