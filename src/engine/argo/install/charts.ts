import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { type HelmTool, lastLine, renderChart, setValues } from "../../../cluster/helm/helm.ts";
import { BadInputError, InfrastructureError } from "../../../lib/errors.ts";
import { isCommandFailure } from "../../../lib/process/exec.ts";

export const OWN_RELEASE = "spark-loadtest";
/** Our chart's place among the files that come with the tool. */
export const OWN_CHART = join("charts", "spark-loadtest");

const POLICY_API = "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy";

/** Images that a user's values name for parts of our chart, by part. */
export type NamedImages = Readonly<Record<string, string>>;

/**
 * Arguments of helm for a user's values, and for the images of the parts that they name none for. Without a file, what an earlier
 * install was given stays, over the defaults of this version of the chart.
 */
export function valueArgs(
  valuesFile: string | null,
  namedImages: NamedImages,
  images: Readonly<Record<string, string>>,
): string[] {
  const unnamed = Object.entries(images).filter(([part]) => !Object.hasOwn(namedImages, part));
  const values = Object.fromEntries(unnamed.map(([part, image]) => [part, { image }]));
  return [...(valuesFile === null ? ["--reset-then-reuse-values"] : ["--values", valuesFile]), ...setValues(values)];
}

/** What an install has to know of a user's values before helm reads them. */
export interface ReadValues {
  readonly namedImages: NamedImages;
  /** See InstallContext. */
  readonly wantsAdmissionPolicy: boolean;
}

/** Reads a file of values. */
export async function readValues(valuesFile: string | null): Promise<ReadValues> {
  if (valuesFile === null) return { namedImages: {}, wantsAdmissionPolicy: true };
  const own = (parse(await readFile(valuesFile, "utf8")) ?? {}) as Record<
    string,
    { readonly image?: string; readonly enabled?: boolean } | null
  >;
  const named = Object.entries(own).flatMap(([part, value]) =>
    value?.image === undefined ? [] : [[part, value.image] as const],
  );
  return {
    namedImages: Object.fromEntries(named),
    wantsAdmissionPolicy: own.admissionPolicy?.enabled !== false,
  };
}

/**
 * Checks a user's values by the chart's schema and templates, which takes no cluster. Throws BadInputError with helm's words.
 */
export async function checkValues(
  valuesFile: string | null,
  assetsDirectory: string,
  readHelm: () => Promise<HelmTool>,
): Promise<void> {
  if (valuesFile === null) return;
  const chart = join(assetsDirectory, OWN_CHART);
  try {
    // What the cluster has is asked of the cluster.
    await renderChart([OWN_RELEASE, chart, "--values", valuesFile, "--api-versions", POLICY_API], await readHelm());
  } catch (error) {
    if (!(error instanceof InfrastructureError) || !isCommandFailure(error.cause)) throw error;
    throw new BadInputError(
      `The chart spark-loadtest does not take ${valuesFile}: ${lastLine(error.cause).replace(/^- /, "")}`,
      {
        hint: "charts/spark-loadtest/values.yaml has every value, and values.schema.json what each may be.",
        cause: error,
      },
    );
  }
}
