/**
 * A CI system reads commands from what its jobs print: the runner of GitHub Actions takes `::error::…` at the beginning
 * of a line, behind spaces too, and `##[error]…` anywhere in it (actions/runner, src/Runner.Common/ActionCommand.cs);
 * Azure Pipelines takes `##vso[…]`, TeamCity `##teamcity[…]`. What a traced program chose may be such a command.
 */
const anywhere = /##(?=(?:vso|teamcity)?\[)/gi;
const atStart = /^([\s\ufeff]*)::/;

/** One line of text that no CI system takes for a command. */
export function withoutCommands(line: string): string {
  return line.replace(atStart, "$1\\x3a:").replace(anywhere, "#\\x23");
}

/** The same for JSON, where the escape means the same character: no line of it begins with a colon. */
export function withoutCommandsInJson(json: string): string {
  return json.replace(anywhere, "#\\u0023");
}
