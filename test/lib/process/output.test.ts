import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import {
  type TextStream,
  writeDocument,
  writeGroup,
  writeLines,
  writePainted,
  writeText,
} from "../../../src/lib/process/output.ts";
import { toLogText } from "../../../src/lib/text/printable.ts";

const ESC = "\u001B";

function written(write: (stream: TextStream) => void): string {
  let text = "";
  write({ write: (piece) => (text += piece) });
  return text;
}

describe("text in a log of GitHub Actions", () => {
  it.each([
    ["::add-mask::secret", ": :add-mask::secret"],
    ["  \t::set-output name=a::b", "  \t: :set-output name=a::b"],
    ["\u00A0\u200B::error::x", "\u00A0\uFFFD::error::x"],
    [":::error::x", ": ::error::x"],
    ["a\n::error::x\n\n::stop-commands::y", "a\n: :error::x\n\n: :stop-commands::y"],
    ["a\r::error::x", "a\n: :error::x"],
    ["INFO ##[add-path]/evil", "INFO ## [add-path]/evil"],
    ["###[group]", "### [group]"],
    ["##[##[error]", "## [## [error]"],
    ["std::vector and a::b", "std::vector and a::b"],
    ["\u001B[2J::error::x", ": :error::x"],
    ["\u0007", "\uFFFD"],
  ])("%j holds no command", (text, expected) => {
    expect(toLogText(text)).toBe(expected);
  });
});

describe("what is written", () => {
  it("is one line for each, whatever the names in it hold", () => {
    const lines = [
      "stage\n✓ passed",
      "a\u2028::error::b",
      `${ESC}[31m::error::red`,
      "  ::set-output name=a::b",
      "ends\r\n",
    ];
    expect(written((stream) => writeLines(stream, lines))).toBe(
      "stage ✓ passed\na ::error::b\n: :error::red\n  : :set-output name=a::b\nends \n",
    );
  });

  it("is a text of lines", () => {
    expect(written((stream) => writeText(stream, "one\n\n::two::\n\n"))).toBe("one\n\n: :two::\n");
  });

  it("has colours of ours, and nothing else that a terminal acts on", () => {
    const line = `${ESC}[31m✗ failed${ESC}[0m ${ESC}[2J${ESC}]0;title\u0007\u0007`;
    expect(written((stream) => writePainted(stream, [line]))).toBe(`${ESC}[31m✗ failed${ESC}[0m \uFFFD\n`);
  });

  it("is one group, whose title and lines stay what they are", () => {
    const lines = ["one\n", "::endgroup::", "", `${ESC}[31mred`];
    expect(written((stream) => writeGroup(stream, "✓ 100 %0A p0_join", lines))).toBe(
      "::group::✓ 100 %250A p0_join\none \n: :endgroup::\n\nred\n::endgroup::\n",
    );
    expect(written((stream) => writeGroup(stream, "✓ p0_join\n::error::x", []))).toBe(
      "::group::✓ p0_join ::error::x\n::endgroup::\n",
    );
  });

  it.each([
    ["as it is", "import os\nprint(1)\n", "script: |\n  import os\n  print(1)\n"],
    [
      "as JSON for a command in a block",
      "import os\n ::error::x\n",
      '{\n  "script": "import os\\n ::error::x\\n"\n}\n',
    ],
    ["as JSON for one anywhere in a line", "a ##[group]", '{\n  "script": "a ##\\u005bgroup]"\n}\n'],
    ["as JSON for what a terminal acts on", "a\u202Eb", '{\n  "script": "a\\u202eb"\n}\n'],
  ])("is a document %s, which stays the same value", (_, script, expected) => {
    const text = written((stream) => writeDocument(stream, { script }, (value) => stringify(value)));
    expect(text).toBe(expected);
    expect(parse(text)).toEqual({ script });
  });
});
