/** Words of a command as they may be pasted into a POSIX shell, each quoted where the shell would act on what is in it. */
export function quoteCommand(words: readonly string[]): string {
  return words.map(quote).join(" ");
}

function quote(word: string): string {
  // A variable that is set for the command has its name outside of the quotes; an option's may be there, too.
  const [, name = "", value = ""] = /^([A-Za-z_-][\w-]*=)?(.*)$/s.exec(word) ?? [];
  return `${name}${/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`}`;
}
