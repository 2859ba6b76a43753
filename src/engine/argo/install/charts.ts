import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { type HelmTool, lastLine, renderChart, setValues } from "../../../cluster/helm/helm.ts";
import { BadInputError, InfrastructureError } from "../../../lib/errors.ts";
import { isCommandFailure } from "../../../lib/process/exec.ts";

export const OWN_RELEASE = "spark-loadtest";
/** Our chart's place among the files that come with the tool. */
export const OWN_CHART = join("charts", "spark-loadtest");

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

/** Reads which images a file of values names. */
export async function readNamedImages(valuesFile: string | null): Promise<NamedImages> {
  if (valuesFile === null) return {};
  const own = (parse(await readFile(valuesFile, "utf8")) ?? {}) as Record<string, { image?: string } | null>;
  return Object.fromEntries(
    Object.entries(own).flatMap(([part, value]) => (value?.image === undefined ? [] : [[part, value.image]])),
  );
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
    await renderChart([OWN_RELEASE, chart, "--values", valuesFile], await readHelm());
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
