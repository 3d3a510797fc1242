/** Items that files bring, in DynamoDB JSON: checked as far as what is sent must be. */

/** The item, or half a sentence about why it is none. */
export function itemOfText(text: string): { readonly [name: string]: unknown } | string {
  try {
    const item: unknown = JSON.parse(text)
    return isItem(item) ? item : 'its item is no DynamoDB JSON'
  } catch {
    return 'its item is no JSON'
  }
}

/** Whether each attribute is an object with one member. */
export function isItem(item: unknown): item is { readonly [name: string]: unknown } {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return false
  return Object.values(item).every((value) => typeof value === 'object' && value !== null && Object.keys(value).length === 1)
}
