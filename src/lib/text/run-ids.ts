/** Words whose number tells one run from the next: "job-703-run-31144", "batch 12", "try3", "try_number=2". */
const COUNTED =
  /(?<![a-z])(job|run|batch|attempt|(?:re)?try(?:[-_ ]?number)?|action|execution|epoch|session|application|app|build|id)([-_ .:=#]*)\d+/gi;

/** A date with what follows of a time and its zone; without separators only before a time. A month alone names data. */
const ISO_DATE =
  /(?<!\d)(?:19|20)\d\d([-_./])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?:[T _-]?\d\d[:_-]?\d\d(?:[:_-]?\d\d)?(?:\.\d{1,9}|,\d{3}(?:\d{3})?(?![\d-]))?(?:Z|[+-]\d\d(?::?\d\d)?)?|T\d\d)?(?!\d)/gi;

/** Dates and times as programs write them, what holds others first. */
const DATES: readonly RegExp[] = [
  // This product's own: "quick-20261128t175703-52d8".
  /(?<!\d)20\d{6}t\d{6}-[0-9a-f]{4}(?![0-9a-z])/g,
  /(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[T_-](?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:[.,]?\d{3,9})?)?(?:Z|[+-]\d{4})?(?!\d)/gi,
  // `date`, and the dates of mails: "Tue Nov 14 22:13:20 UTC 2023", "Tue, 14 Nov 2023 22:13:20 +0000".
  /(?<![a-z])(?:mon|tue|wed|thu|fri|sat|sun)[ _-]{1,2}(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[ _-]{1,2}\d{1,2}[ _-]\d\d[:_-]\d\d[:_-]\d\d[ _-](?:[ap]m[ _-])?(?:(?:[a-z]{2,5}|[+-]\d{2,4})[ _-])?(?:19|20)\d\d(?!\d)/gi,
  /(?<![a-z])(?:mon|tue|wed|thu|fri|sat|sun),[ _-](?:\d{1,2})[ _-](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[ _-](?:19|20)\d\d[ _-]\d\d[:_-]\d\d[:_-]\d\d(?:[ _-](?:[+-]\d{4}|gmt|utc))?(?![a-z\d])/gi,
  ISO_DATE,
  /(?<![a-z])(?<=year=)(?:19|20)\d\d(?=[/, _-]{1,2}month=\d{1,2}[/, _-]{1,2}day=\d{1,2}(?!\d))/gi,
  /(?<=(?<![a-z])year=\*[/, _-]{1,2}month=)\d{1,2}(?!\d)/gi,
  /(?<=(?<![a-z])year=\*[/, _-]{1,2}month=\*[/, _-]{1,2}day=)\d{1,2}(?!\d)/gi,
];

function withoutDates(text: string): string {
  return DATES.reduce((rest, date) => rest.replace(date, "*"), text);
}

/** An application, job, container or attempt of Spark or of YARN: "application_1700000000000_0001", "attempt_202311142213_0001_m_000000_0". */
const HADOOP =
  /(?<![a-z\d])(application|appattempt|container|attempt|task|job|app|driver)([-_])(?:e\d{1,4}_)?\d{10,40}(?:\.\d{1,9})?[-_]\d{4,9}(?:_\d{2})?(?:_[mrc])?(?:_\d{6})?(?:_\d{1,4})?(?!\d)/gi;

/**
 * What Kubernetes puts behind the name of a pod: the hash or the time of the set or the job that made it, and five characters at random, or
 * these alone. It takes them from an alphabet without vowels; alone they are told by a digit, and are none where they read as a word and
 * its number ("tpch5"), a size ("256mb", "4x256"), a time ("2h45m") or a quantile ("p99th").
 * Source: k8s.io/apimachinery/pkg/util/rand.
 */
const POD_OF_SET =
  /(?<=[\w*])-(?:\d{8,10}|(?=[a-z]{0,9}\d)[bcdfghjklmnpqrstvwxz2456789]{8,10})-[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z0-9])/g;
const POD =
  /(?<=[\w*])-(?!k8s|[a-z]{1,4}\d{1,4}(?![a-z\d])|\d{3,4}[a-z]{1,2}(?![a-z\d])|\d\d(?:hrs|gbs|mbs)|\d{1,3}[dhmsvx]\d|p\d\d[a-z]{2}(?![a-z\d]))(?=[a-z]{0,4}\d)[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z0-9])/g;

/**
 * What differs from run to run by nature, the longest first: UUIDs, ULIDs, hexadecimal digests, seconds since 1970, numbers of five digits
 * and more that count nothing. Each begins where no letter or digit stands before it, or takes digits alone: a text is read once.
 */
const IDS: readonly RegExp[] = [
  /(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])/gi,
  /(?<![0-9a-z])0[0-9a-hjkmnp-tv-z]{25}(?![0-9a-z])/gi,
  /(?<![0-9a-z])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}(?![0-9a-z])/gi,
  /(?<![\d.])1\d{9}\.\d{1,9}(?![\d.]| ?(?:bytes|[KMGT]i?B|ms|s|seconds)\b)/g,
  /(?<!\d)\d{5,}(?!\d| ?(?:bytes|[KMGT]i?B|ms|s|seconds|records|rows|tasks|partitions)\b)/g,
];

/** The hour and the minute of a partition whose day stood before them: "dt=2023-11-14/hr=22". */
const TIMES_OF_DAY: readonly RegExp[] = [
  /(?<=\*[/, _-](?:hr|hour|hh)=)\d{1,2}(?!\d)/gi,
  /(?<=\*[/, _-](?:min|minute|mm)=)\d{1,2}(?!\d)/gi,
];

/**
 * A name without the ids of the run that gave it, each in their place a `*`: what is the same in the next run.
 * "4598586477831989067_job-703-run-31144" is "*_job-*-run-*"; a number that names work ("q12", "step 3") stays.
 */
export function withoutRunIds(name: string): string {
  const named = withoutDates(name).replace(HADOOP, "$1$2*").replace(POD_OF_SET, "-*").replace(POD, "-*");
  return [...IDS, ...TIMES_OF_DAY].reduce((text, id) => text.replace(id, "*"), named).replace(COUNTED, "$1$2*");
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
  const plain = withoutDates(text.replace(AUTHORITY, "$1*").replace(EMAIL, "*"));
  return withoutRunIds(ADDRESSES.reduce((rest, address) => rest.replace(address, "*"), plain));
}

/**
 * The name of a group of jobs without what differs from run to run, for people and to tell the same work in another run: two groups that
 * are shown alike are matched. Empty where it has nothing else.
 */
export function nameOfWork(jobGroup: string): string {
  return withoutAddresses(jobGroup)
    .replace(/\*(?:[-_ .:/#=*]*\*)/g, "*")
    .replace(/^[-_ .:/#=*]+|[-_ .:/#=*]+$/g, "");
}
