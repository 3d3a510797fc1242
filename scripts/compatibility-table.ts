/** What Stator answers and what it does not, as a page: derived from the table of operations and the registry of handlers. */
import { type Operation, operations, type Tier, tiers } from '../src/api/operations.ts'
import { handlers } from '../src/operations/registry.ts'

/** What is not whole yet in operations that are there. To be emptied. */
const gaps: readonly string[] = [
  'Secondary indexes are validated, stored and described, and index keys are checked on every write; Query and Scan on them are refused.',
  'Legacy parameters (`Expected`, `AttributeUpdates`, `KeyConditions`, `QueryFilter`, `ScanFilter`, `AttributesToGet`) are refused with a sentence that says so.',
  '`ReturnItemCollectionMetrics` is accepted and answers nothing.',
  'A stream specification, encryption, tags and a resource policy are validated, stored and described; they have no effect yet.',
]

export function compatibilityTable(): string {
  const all: readonly Operation[] = Object.values(operations)
  const built = all.filter((operation) => isBuilt(operation))
  const sections = (Object.keys(tiers) as Tier[]).map((tier) => {
    const rows = all
      .filter((operation) => operation.tier === tier)
      .map((operation) => `| ${operation.name} | ${isBuilt(operation) ? 'yes' : '–'} |`)
    return `## ${capitalized(tiers[tier])}\n\n| operation | answered |\n| --- | --- |\n${rows.join('\n')}\n`
  })
  return [
    '# Compatibility',
    '',
    `Made from the table of operations by \`node scripts/compatibility.ts\`. ${built.length} of ${all.length} operations are answered; the others`,
    'answer UnknownOperationException.',
    '',
    '## What is not whole yet',
    '',
    ...gaps.map((gap) => `- ${gap}`),
    '',
    sections.join('\n'),
  ].join('\n')
}

function isBuilt({ name }: Operation): boolean {
  return handlers[name] !== undefined
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
