/** XML 1.0 for values that someone else chose. */
import { withoutCommands } from "../ci-commands.js";
import { safe } from "../escape.js";

/** An element with its attributes and children; text is a string. */
export interface Element {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly children?: readonly (Element | string)[];
}

/** The document, with a newline at the end. Elements and attributes are named by us. */
export function formatXml(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${formatElement(root, "")}\n`;
}

function formatElement({ name, attributes = {}, children = [] }: Element, indent: string): string {
  const tag = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${attributeText(value)}"`)];
  const open = `${indent}<${tag.join(" ")}`;
  if (children.length === 0) {
    return `${open}/>`;
  }
  // White space next to text would belong to it.
  if (children.every((child) => typeof child === "string")) {
    return `${open}>${children.map(elementText).join("")}</${name}>`;
  }
  const lines = children.map((child) =>
    typeof child === "string" ? elementText(child) : formatElement(child, `${indent}  `),
  );
  return [`${open}>`, ...lines, `${indent}</${name}>`].join("\n");
}

/** What is not allowed even as a reference: U+FFFE and U+FFFF (XML 1.0, 2.2); `safe` has taken care of all else. */
const noCharacter = /[\ufffe\uffff]/g;
const markup = /[<>&"']/g;

const references: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "'": "&apos;",
};

function attributeText(value: string | number): string {
  return escapeLine(String(value));
}

/** Newlines stay. */
function elementText(text: string): string {
  return text.split("\n").map(escapeLine).join("\n");
}

function escapeLine(line: string): string {
  return withoutCommands(safe(line))
    .replace(noCharacter, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(markup, (character) => references[character] ?? character);
}
