/**
 * Which attributes a request asks by, read from the text of its pattern: what all items must equal, and what they must lie between. Only of
 * a plain list of conditions; whatever else is said there is left alone.
 */
export interface AskedAttributes {
  readonly equal: readonly string[]
  readonly ranged: readonly string[]
}

const name = '("[^"]+"|[\\w.-]+)'
const equalForm = new RegExp(`^${name} = \\?$`)
const rangedForms = [
  new RegExp(`^${name} (?:<|<=|>|>=) \\?$`),
  new RegExp(`^${name} BETWEEN \\?$`),
  new RegExp(`^begins_with\\(${name}, \\?\\)$`),
]

export function askedAttributes(condition: string | undefined): AskedAttributes {
  if (condition === undefined || / OR |NOT /.test(condition)) return { equal: [], ranged: [] }
  const terms = condition.replaceAll('BETWEEN ? AND ?', 'BETWEEN ?').split(' AND ')
  const named = (forms: readonly RegExp[]): readonly string[] =>
    terms.flatMap((term) => forms.flatMap((form) => form.exec(term)?.[1]?.replaceAll('"', '') ?? []))
  return { equal: named([equalForm]), ranged: named(rangedForms) }
}

/** Whether the text of a condition, a filter or a statement names the attribute. */
export function namesAttribute(text: string | undefined, attribute: string): boolean {
  return text?.split(/[^\w.-]+/).some((word) => word === attribute || word.startsWith(`${attribute}.`)) === true
}

/** Those whose values are compared for order there. */
export function comparedForOrder(text: string | undefined): readonly string[] {
  if (text === undefined) return []
  const forms = [new RegExp(`${name} (?:<|<=|>|>=) \\?`, 'g'), new RegExp(`${name} BETWEEN \\?`, 'g')]
  return forms.flatMap((form) => [...text.matchAll(form)].map((match) => (match[1] ?? '').replaceAll('"', '')))
}
