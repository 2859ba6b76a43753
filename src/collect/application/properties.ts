import { redactProperty } from "../../lib/text/redact.ts";
import { NO_OWN_RULES, type OwnRules } from "../../lib/text/spark-redaction.ts";

/** Properties that differ in each run, or from machine to machine, and say nothing about how a case ran. */
const VOLATILE: readonly RegExp[] = [
  /^spark\.app\.(id|startTime|submitTime|initial\..*|attempt\.id)$/,
  /^spark\.driver\.(port|host|bindAddress|blockManager\.port|appUIAddress)$/,
  /^spark\.executor\.id$/,
  /^spark\.(blockManager|ui|shuffle\.service)\.port$/,
  /^spark\.(eventLog\.dir|history\..*|local\.dir|sql\.warehouse\.dir|repl\..*|jars(\..*)?|files|archives)$/,
  /^spark\.(submit\.pyFiles|yarn\.dist\..*|yarn\.jars|home|ui\.proxyBase|org\.apache\.hadoop\..*)$/,
  /^spark\.kubernetes\.(namespace|driver\.pod\.name|executor\.podNamePrefix|authenticate\..*|resource\..*)$/,
  /^spark\.(ui\.(killEnabled|prometheus\.enabled|showConsoleProgress)|metrics\..*)$/,
  /^spark\.sql\.(artifact\.isolation\.enabled|execution\.id|execution\.root\.id)$/,
];

/** Options that spark-submit adds by itself, other ones in each version, and folders of one run. */
const JAVA_OPTIONS = /^spark\.(driver|executor)\.(extra|default)JavaOptions$/;
const OWN_JAVA_OPTION =
  /^(-XX:\+IgnoreUnrecognizedVMOptions|--add-(opens|modules)=.*|--enable-native-access=.*|--sun-misc-unsafe-memory-access=.*|-Djdk\.reflect\..*|-Dio\.netty\..*|-Djava\.net\.preferIPv6Addresses=.*|"?-Djava\.io\.tmpdir=.*)$/;

/** Spark properties and SQL settings as evidence: sorted by name, secrets redacted, without the volatile ones. */
export function toEvidenceProperties(
  properties: ReadonlyMap<string, string>,
  own: OwnRules = NO_OWN_RULES,
): Record<string, string> {
  const kept: [string, string][] = [];
  for (const [name, value] of properties) {
    if (VOLATILE.some((pattern) => pattern.test(name))) continue;
    const said = JAVA_OPTIONS.test(name) ? withoutOwnJavaOptions(value) : value;
    if (said !== "" || !JAVA_OPTIONS.test(name)) kept.push([name, redactProperty(name, said, own)]);
  }
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutOwnJavaOptions(value: string): string {
  const kept = value
    .match(/(?:"[^"]*"|[^\s"])+/g)
    ?.filter((option) => !OWN_JAVA_OPTION.test(option))
    .join(" ");
  return kept ?? "";
}
