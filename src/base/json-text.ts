/**
 * JSON that is already text. Items are stored as their JSON text, so an answer embeds them as they are: parsing and printing
 * them again would cost more than everything else a GetItem does.
 */

/** A piece of valid JSON that `writeJson` copies verbatim. */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/**
 * JSON text of `value`, with every JsonText in it copied as it stands. Members that are undefined are left out.
 * Keep plain data that can grow large inside one JsonText: this walks member by member.
 */
export function writeJson(value: unknown): string {
  if (value instanceof JsonText) return value.text
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`
  let text = ''
  for (const name of Object.keys(value)) {
    const member = (value as { readonly [name: string]: unknown })[name]
    if (member === undefined) continue
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${writeJson(member)}`
  }
  return `{${text}}`
}
