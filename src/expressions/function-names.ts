/** What both grammars know by name: a function of the other one is not unknown, but in the wrong place (expressions.md §5, §8). */

export const conditionFunctions: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
])
export const updateFunctions: ReadonlySet<string> = new Set(['if_not_exists', 'list_append'])
