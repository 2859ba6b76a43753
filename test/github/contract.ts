import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";

// biome-ignore lint/suspicious/noExplicitAny: a description of anything
type Json = { [key: string]: any };
const description = JSON.parse(readFileSync("test/fixtures/github/openapi.json", "utf8")) as Json;

/** GitHub's own example of a schema's value: "issue-comment", "release", ... */
export function exampleOf(name: string): Json {
  return structuredClone(description.components.examples[name].value);
}

const ajv = new Ajv({ strict: false, coerceTypes: false });
(formats as unknown as (ajv: Ajv) => void)(ajv);
const compiled = new Map<unknown, ValidateFunction>();

function resolve(part: Json): Json {
  if (typeof part.$ref !== "string") return part;
  return part.$ref
    .split("/")
    .slice(1)
    .reduce((at: Json, key: string) => at[key], description);
}

/** OpenAPI 3.0 says "nullable" where JSON Schema has the type "null". */
function toJsonSchema(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(toJsonSchema);
  if (typeof part !== "object" || part === null) return part;
  const schema = resolve(part as Json);
  const entries = Object.entries(schema).map(([key, value]) => [key, toJsonSchema(value)]);
  const { nullable, ...rest } = Object.fromEntries(entries) as Json;
  return nullable === true ? { anyOf: [rest, { type: "null" }] } : rest;
}

function check(schema: Json, value: unknown): string | null {
  const validate = compiled.get(schema) ?? ajv.compile(toJsonSchema(schema) as Json);
  compiled.set(schema, validate);
  return validate(value) ? null : ajv.errorsText(validate.errors);
}

export interface Request {
  readonly method: string;
  readonly url: URL;
  /** Parsed; undefined for none. */
  readonly body: unknown;
}

/** What GitHub's description says against a request; null where it allows it. Its path is the one below GITHUB_API_URL. */
export function findViolation({ method, url, body }: Request): string | null {
  const found = Object.entries(description.paths as Record<string, Json>)
    .map(([path, item]) => ({ item, names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!), path }))
    .map((each) => ({
      ...each,
      values: new RegExp(`^${each.path.replace(/\{\w+\}/g, "([^/]+)")}$`).exec(url.pathname)?.slice(1),
    }))
    .find(({ values, item }) => values !== undefined && item[method.toLowerCase()] !== undefined);
  if (found === undefined) return `${method} ${url.pathname} is no operation that was extracted`;
  const operation = found.item[method.toLowerCase()] as Json;
  const parameters = [...(found.item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
  const given = new Map<string, string>([
    ...found.names.map((name, index): [string, string] => [name, decodeURIComponent(found.values![index]!)]),
    ...url.searchParams,
  ]);
  for (const name of url.searchParams.keys()) {
    if (!parameters.some((each) => each.in === "query" && each.name === name)) return `unknown parameter ${name}`;
  }
  for (const { name, required, schema } of parameters) {
    const text = given.get(name);
    if (text === undefined) {
      if (required) return `parameter ${name} is missing`;
      continue;
    }
    const { type } = resolve(schema);
    const value = type === "integer" || type === "number" ? Number(text) : type === "boolean" ? text === "true" : text;
    const violation = check(schema, value);
    if (violation !== null) return `parameter ${name}: ${violation}`;
  }
  const content = operation.requestBody?.content?.["application/json"];
  if (content === undefined) return body === undefined ? null : "a body where there is none";
  return body === undefined ? "the body is missing" : check(content.schema, body);
}
