import fc from "fast-check";

/** What a model, a person or a file may write to get out of the place where it is shown. */
export const hostileTexts = [
  "-->",
  "--><script>alert(1)</script><!--",
  "```\n@team\n```",
  "~~~",
  "</details></td></tr></table>",
  "@team please look, @org/team",
  "a@team",
  "closes #123, GH-7, acme/app#9, acme/app@0123abc",
  "| |",
  "a\\|b",
  "\\",
  "`",
  "`` ` ``",
  "\u202egpj.exe",
  "<img src=x onerror=alert(1)>",
  "<!-- hidden",
  "[click](https://evil.example)",
  "![image](https://evil.example/x.png)",
  "https://evil.example www.evil.example",
  "<https://evil.example>",
  "[a]: https://evil.example",
  "**bold** __bold__ ~~gone~~ *it* _it_",
  "&lt;b&gt; &#64;team &amp;",
  "$x$ and $$y$$ cost $5",
  "line one\n\n# heading\n\n- list\n\n    code",
  "line\r\nline\u2028line",
  "\u0000\u001b[31m",
  "\u{e0041}\u{e0042}",
  ":tada: :x:",
  "\ud800",
  "<a\nhref=x>",
  "/ok-to-test 98e944c8de23f827be06568e28db9dfe9d0fa5f6",
];

export const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...hostileTexts),
      fc.string({ unit: "binary" }),
      fc.constantFrom(" ", "\n", "\n\n", "a", "|", "`", "\\", "@", "#1"),
    ),
    {
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(""));
