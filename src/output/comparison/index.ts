/** `profile check` as text, or in a format that another program reads. */
import type { Comparison } from "../../comparison/types.js";
import type { Colors } from "../terminal.js";
import type { CheckFormat } from "./formats.js";
import type { ProfileFile } from "./location.js";

export interface RenderOptions {
  readonly colors: Colors;
  /** Leave nothing out; for text and Markdown. */
  readonly verbose: boolean;
  /** Width of the terminal, where there is one. */
  readonly columns?: number | undefined;
  /** What the command exits with. */
  readonly exitCode: number;
  /** Of this program. */
  readonly version: string;
  /** The baseline, for reports that point at a line of it; null where it is not a file. */
  readonly baseline: ProfileFile | null;
}

/**
 * The report, with a newline at the end. It is the same for the same values; only the renderer that is asked for is loaded.
 */
export async function renderComparison(
  format: CheckFormat,
  comparison: Comparison,
  options: RenderOptions,
): Promise<string> {
  switch (format) {
    case "text": {
      const { renderText } = await import("./text.js");
      return `${renderText(comparison, options)}\n`;
    }
    case "json": {
      const { renderJson } = await import("./json.js");
      return renderJson(comparison, options.exitCode);
    }
    case "markdown": {
      const { renderMarkdown } = await import("./markdown.js");
      return renderMarkdown(comparison, options);
    }
    case "junit": {
      const { renderJunit } = await import("./junit.js");
      return renderJunit(comparison, await locator(options));
    }
    case "sarif": {
      const { renderSarif } = await import("./sarif.js");
      return renderSarif(comparison, await locator(options), options);
    }
    case "github": {
      const { renderGithub } = await import("./github.js");
      return renderGithub(comparison, await locator(options));
    }
  }
}

async function locator({ baseline }: RenderOptions) {
  const { locateIn } = await import("./location.js");
  return locateIn(baseline);
}
