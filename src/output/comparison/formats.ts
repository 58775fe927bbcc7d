/** What a comparison can be printed as; apart from the renderers, so that listing them loads none. */
export const checkFormats = ["text", "json", "markdown", "junit", "sarif", "github"] as const;

export type CheckFormat = (typeof checkFormats)[number];
