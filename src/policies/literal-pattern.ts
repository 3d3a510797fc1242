/** A resource as a policy of the newer version names it, in which characters that mean something there stand for themselves. */

/** `*` alone stays: it is what is asked of no resource in particular. */
export function literalPattern(resource: string): string {
  return resource === '*' ? resource : resource.replaceAll(/[*?$]/g, (character) => `\${${character}}`)
}
