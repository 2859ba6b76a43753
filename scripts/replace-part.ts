/** Puts text into the generated part of a page, between its two comments. Throws where the page has no such part. */
export function replacePart(
  page: string,
  { name, source }: { readonly name: string; readonly source: string },
  text: string,
): string {
  const [begin, end] = [`<!-- ${name}: from ${source}, by npm run generate -->`, `<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to === -1) throw new Error(`There is no part ${begin}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
