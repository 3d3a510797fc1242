/** NextToken: where the next page starts, as text that clients are not meant to read. */

export function pageToken(kind: string, place: string): string {
  return Buffer.from(`${kind}\n${place}`).toString('base64url')
}

/** The place in a token made for the same kind of pages; undefined for any other text. */
export function placeIn(kind: string, token: string): string | undefined {
  const text = Buffer.from(token, 'base64url').toString()
  return text.startsWith(`${kind}\n`) ? text.slice(kind.length + 1) : undefined
}
