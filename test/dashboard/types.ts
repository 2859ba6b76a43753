import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { isPanel } from "./load.ts";

/** Panels whose settings of a field have a type of their own. */
const WITH_FIELD_CONFIG = ["timeseries", "table"];

/**
 * What Grafana's schemas say against a dashboard. They are published as types, which the compiler holds it against: the whole, the
 * options of each panel, and each query; properties that they do not know are errors, too.
 */
export function findTypeErrors(dashboard: Dashboard): string[] {
  const panels = (dashboard.panels ?? []).filter(isPanel);
  const kinds = [...new Set(panels.map(({ type }) => type))];
  // Of a query the whole knows nothing: it is that of a data source.
  const whole = { ...dashboard, panels: dashboard.panels?.map((panel) => ({ ...panel, targets: undefined })) };
  const text = [
    'import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";',
    'import type { Dataquery } from "@grafana/grafana-foundation-sdk/prometheus";',
    ...kinds.map((kind) => `import type * as ${kind} from "@grafana/grafana-foundation-sdk/${kind}";`),
    'import type { JsonForm } from "../../test/dashboard/json-form.ts";',
    `export const dashboard: JsonForm<Dashboard> = ${JSON.stringify(whole, null, 1)};`,
    ...panels.flatMap(({ type, options, fieldConfig, targets }, index) => [
      declare(`options${index}`, `Partial<JsonForm<${type}.Options>>`, options ?? {}),
      ...(WITH_FIELD_CONFIG.includes(type)
        ? [declare(`custom${index}`, `Partial<JsonForm<${type}.FieldConfig>>`, fieldConfig?.defaults.custom ?? {})]
        : []),
      declare(`targets${index}`, 'Omit<JsonForm<Dataquery>, "_implementsDataqueryVariant">[]', targets),
    ]),
  ];
  // Within the repository, where the packages are found, and where nothing else looks.
  mkdirSync("build", { recursive: true });
  const directory = mkdtempSync(join("build", "dashboard-"));
  try {
    const file = join(directory, "dashboard.ts");
    writeFileSync(file, text.join("\n"));
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--allowImportingTsExtensions"];
    const target = ["--module", "nodenext", "--target", "esnext", "--pretty", "false"];
    const { stdout } = spawnSync("node_modules/.bin/tsc", ["--ignoreConfig", ...options, ...target, file], {
      encoding: "utf8",
    });
    return stdout.split("\n").filter((line) => line !== "");
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function declare(name: string, type: string, value: unknown): string {
  return `export const ${name}: ${type} = ${JSON.stringify(value)};`;
}
