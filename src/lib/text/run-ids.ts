/** Words whose number tells one run from the next: "job-703-run-31144", "batch 12", "try3", "try_number=2". */
const COUNTED =
  /(?<![a-z])(job|run|batch|attempt|(?:re)?try(?:[-_ ]?number)?|action|execution|epoch|session|application|app|build|id)([-_ .:=#]*)\d+/gi;

/** A date with what follows of a time and its zone. */
const DATE =
  /(?<!\d)(?:19|20)\d\d([-_./])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?:[T _-]?\d\d[:_-]?\d\d(?:[:_-]?\d\d)?(?:\.\d{1,9})?(?:Z|[+-]\d\d(?::?\d\d)?)?)?(?!\d)/gi;

/**
 * What Kubernetes puts behind the name of a pod: the hash or the time of the set or the job that made it, and five characters at random, or
 * these alone. It takes them from an alphabet without vowels; alone they are told from "256mb", "p99th", "4x256" and "2h45m" by a second
 * digit behind other letters. Source: k8s.io/apimachinery/pkg/util/rand.
 */
const POD_OF_SET =
  /(?<=[\w*])-(?:\d{8,10}|(?=[a-z]{0,9}\d)[bcdfghjklmnpqrstvwxz2456789]{8,10})-[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z0-9])/g;
const POD =
  /(?<=[\w*])-(?!k8s|[a-z0-9]{0,4}\d[dhmsvx]\d)(?=[a-z0-9]{0,4}\d[a-z]{1,3}\d)[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z0-9])/g;

/**
 * What differs from run to run by nature, the longest first: UUIDs, dates, suffixes of pods, hexadecimal digests, numbers of five digits
 * and more that count nothing. Each begins where no letter or digit stands before it, or takes digits alone: a text is read once.
 */
const IDS: readonly RegExp[] = [
  /(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])/gi,
  DATE,
  /(?<![0-9a-z])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}(?![0-9a-z])/gi,
  /(?<!\d)\d{5,}(?!\d| ?(?:bytes|[KMGT]i?B|ms|s|seconds|records|rows|tasks|partitions)\b)/g,
];

/**
 * A name without the ids of the run that gave it, each in their place a `*`: what is the same in the next run.
 * "4598586477831989067_job-703-run-31144" is "*_job-*-run-*"; a number that names work ("q12", "step 3") stays.
 */
export function withoutRunIds(name: string): string {
  const named = name.replace(POD_OF_SET, "-*").replace(POD, "-*");
  return IDS.reduce((text, id) => text.replace(id, "*"), named).replace(COUNTED, "$1$2*");
}

const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g;
/** `scheme://user@host:port`, also `k8s://https://host:port`: the scheme and the path stay. */
const AUTHORITY = /(:\/\/)(?:https?:\/\/)?[^\s/,;"'?#]+/g;
/**
 * With or without a port; a name needs one, or the end of a host's, since a class is named in the same way. A line of a source file and an
 * exit code are none.
 */
const ADDRESSES: readonly RegExp[] = [
  /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\w.])/g,
  /(?<![\w.-])\[?(?:[0-9a-f]{1,4}:){2,7}:?[0-9a-f]{1,4}\]?(?![\w.])/gi,
  /(?<![\w.-])ip(?:-\d{1,3}){4}[\w.-]*(?::\d+)?/g,
  /(?<![\w.-])[a-z][\w-]{0,62}(?:\.[\w-]{1,63}){0,8}(?<!\.(?:scala|java|kt|py|sql|r)|\b(?:code|status|line)):\d{2,5}(?!\w)/gi,
  /(?<![\w.-])(?!(?:com|org|net|io|edu|gov|java|scala|spark)\.)[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,8}\.(?:com|org|net|io|edu|gov|internal|local|localdomain|lan|corp|intranet|cloud|arpa)(?![\w-]|\.\w)/gi,
];

/** A text without e-mail addresses, addresses of machines and ids of the run, each in its place a `*`. */
export function withoutAddresses(text: string): string {
  // A time would be taken for a host and its port: "daily_2026-11-28T03:00".
  const plain = text.replace(AUTHORITY, "$1*").replace(EMAIL, "*").replace(DATE, "*");
  return withoutRunIds(ADDRESSES.reduce((rest, address) => rest.replace(address, "*"), plain));
}
