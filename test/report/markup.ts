/** What the tests of the renderings share: text that should do nothing, and checks of markup. */

export const PLAIN_TEXT = "plain text";

export const HOSTILE_TEXTS = [
  "<script>alert(1)</script>",
  "</title></style></script></details><img src=x onerror=alert(1)>",
  '" onmouseover="alert(1)" x="',
  "' onfocus='alert(1)' autofocus='",
  "javascript:alert(1)//http://e.com",
  "<!-- comment --><![CDATA[ x ]]>",
  "]]><failure/>&amp;&#x3c;&unknown;",
  "../../etc/passwd?#%2e",
  "a | b ` c `` d \\| e",
  "[link](http://e.com) ![i](http://e.com/i.png) @user #123 GH-1",
  "\u001b[31mred\u001b[0m \u001b]8;;http://e.com\u0007link\u001b]8;;\u0007 \u009b2J \u0000 \u0008",
  "abc\u202egnp.exe \u2066 \ud800 \ufffe",
  "# heading\n\n- item\n1. item\n| a |\n| - |\n```\ncode",
  `\${x} {{x}} $x^2$ <% x %>`,
  "__proto__",
  "constructor",
];

const VOID = new Set(["meta", "br", "hr", "img", "input", "link", "!doctype", "?xml"]);

/** Why the tags of HTML or XML are not nested properly; null where they are. Knows quoted attributes and CDATA sections. */
export function checkTags(markup: string): string | null {
  const open: string[] = [];
  const rest = markup.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, "").replace(/<style>[^<]*<\/style>/g, "");
  const tag = /<(\/?)([!?\w:-]+)((?:\s+[\w:-]+(?:="[^"]*")?|\s+html)*)\s*(\/?)\??>|</g;
  for (const [whole, closing, name = "", , selfClosing] of rest.matchAll(tag)) {
    if (whole === "<") return "a < that begins no tag";
    if (closing !== "") {
      const last = open.pop();
      if (last !== name) return `</${name}> closes <${last}>`;
    } else if (selfClosing === "" && !VOID.has(name.toLowerCase())) open.push(name);
  }
  return open.length === 0 ? null : `not closed: ${open.join(", ")}`;
}
