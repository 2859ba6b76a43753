import { access, constants, open } from "node:fs/promises";
import { errorMessage } from "../lib/errors.ts";
import { isLostName } from "../lib/files/file-name.ts";
import { findOnPath } from "../lib/process/find-on-path.ts";

/** More than Linux itself reads of a first line. */
const HEAD_BYTES = 4096;

/** Why a file cannot be run as a program, after its name: "has no run bit"; null where it can. */
export async function findScriptProblem(path: string, searchPath: string): Promise<string | null> {
  let head: Buffer;
  if (await isLostName(path)) return "has a name that is not UTF-8";
  try {
    head = await readHead(path);
  } catch (error) {
    return `cannot be read (${errorMessage(error)})`;
  }
  if (!(await isExecutable(path))) return "has no run bit";
  if (head.subarray(0, 4).toString("latin1") === "\u007FELF") return null;
  const [line = ""] = head.toString("utf8").split("\n", 1);
  if (!line.startsWith("#!")) return "does not say its interpreter in a first line such as #!/bin/bash";
  if (line.endsWith("\r")) return "has Windows line ends, which make its interpreter one that does not exist";
  const [interpreter = "", ...args] = line.slice(2).trim().split(/\s+/);
  if (!(await isExecutable(interpreter))) return `has an interpreter that is not there: ${interpreter || "none"}`;
  if (!interpreter.endsWith("/env")) return null;
  // `env -S VAR=1 bash -e`: the first word that is neither an option nor a variable is what it looks for.
  const program = args.find((arg) => !arg.startsWith("-") && !arg.includes("="));
  if (
    program === undefined ||
    (await findOnPath(program, { PATH: searchPath })) !== null ||
    (await isExecutable(program))
  )
    return null;
  return `has an interpreter that is not on the PATH: ${program}`;
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return path.includes("/");
  } catch {
    return false;
  }
}
