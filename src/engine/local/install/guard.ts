/**
 * Python that becomes another program, which gets SIGTERM from the kernel when this process dies, even of SIGKILL. The setting
 * survives exec (prctl(2), PR_SET_PDEATHSIG); other systems than Linux have none.
 */
const GUARD = `
import os, signal, sys
try:
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
except (ImportError, AttributeError, OSError):
    pass
if os.getppid() != int(sys.argv[1]):
    sys.exit("the process that started this has ended")
os.execv(sys.argv[2], sys.argv[2:])
`;

/** A command that does not outlive this process. The program is named by its path. */
export function guardCommand(python: string, command: readonly string[]): [string, ...string[]] {
  // -S and -E: neither the user's site packages nor variables have a part in it.
  return [python, "-S", "-E", "-c", GUARD, String(process.pid), ...command];
}
