/**
 * What Stator answers and what it does not, as a page: derived from the table of operations, the registry of handlers and the golden
 * conversations that hold the answers.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Operation, operations, type Tier, tiers } from '../src/api/operations.ts'
import { handlers } from '../src/operations/registry.ts'
import { type Conversation, parseGolden } from '../test/golden/conversation.ts'

/** What is not whole yet in operations that are there. To be emptied. */
const gaps: readonly string[] = [
  'Encryption is validated, stored and described; it has no effect yet. A table class shows in costs alone.',
  'Policies decide where a server knows identities that have some (docs/security.md); elsewhere policies of tables and streams are checked, kept and told, and let and refuse nobody. A role that is deleted and made again under its name is the one that they name.',
  "SearchVectors is exact, where AWS approximates; what it says a search consumes follows a rule of ours. Vector indexes do not lag. SearchConditionExpression takes equalities joined by AND, which is all that captures and the SDK (3.1169.0) know of; a newer page of AWS's developer guide tells of comparisons, IN, BETWEEN and OR, with a limit, an order of checks and words that are not public where we looked.",
  'GetRecords, DescribeStream and ListStreams are never throttled, and a shard has any number of readers. A stream is ENABLED and DISABLED at once; a partition that splits in three gives its shard three children, and partitions have split within seconds.',
  'Kinesis destinations go where whoever started the server said (docs/kinesis.md, which tells what is a guess of them).',
  'Global tables (docs/global-tables.md) need `--regions isolated`, and are those of one account: `GlobalTableSettingsReplicationMode` and `GlobalTableSourceArn` are refused. Of strong consistency lag is not waited for: a write is acknowledged at once, and another region is refused the item for as long as it would take. CreateGlobalTable and UpdateGlobalTable refuse as they do on AWS; nothing of version 2017.11.29 is found.',
]

export function compatibilityTable(): string {
  const all: readonly Operation[] = Object.values(operations)
  const built = all.filter((operation) => isBuilt(operation))
  const conversations = goldenConversations()
  const sections = (Object.keys(tiers) as Tier[]).map((tier) => {
    const rows = all.filter((operation) => operation.tier === tier).map((operation) => row(operation, conversations))
    return [
      `## ${capitalized(tiers[tier])}`,
      '',
      '| operation | answered | conversations | with a guess | resting on one |',
      '| --- | --- | ---: | ---: | ---: |',
      ...rows,
      '',
    ].join('\n')
  })
  return [
    '# Compatibility',
    '',
    `Made by \`node scripts/compatibility.ts\` from the table of operations and the golden conversations. ${built.length} of ${all.length} operations are`,
    'answered; the others answer UnknownOperationException.',
    '',
    `A conversation is a request with the whole answer it must get, hand-written from what is known of DynamoDB: ${conversations.length} of them, in`,
    '`test/golden/*.txt`, run in every test. Where something in an answer is not known, the conversation says that it is a guess, or names the one',
    `whose guess it follows from: ${conversations.filter(({ isGuess }) => isGuess).length} guesses, and ${conversations.filter(restsOnAnother).length} conversations that rest on one of them. Where AWS promises nothing, as for`,
    'the order of items with equal index keys, it says that it is open.',
    '',
    '## What is not whole yet',
    '',
    ...gaps.map((gap) => `- ${gap}`),
    '',
    sections.join('\n'),
  ].join('\n')
}

function goldenConversations(): readonly Conversation[] {
  const folder = join(import.meta.dirname, '..', 'test', 'golden')
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))
  return files.flatMap((name) => parseGolden(readFileSync(join(folder, name), 'utf8')).conversations)
}

function row(operation: Operation, conversations: readonly Conversation[]): string {
  const own = conversations.filter(({ request }) => request.operation === operation.name)
  const guesses = own.filter(({ isGuess }) => isGuess)
  const counts = [own, guesses, own.filter(restsOnAnother)].map(countOf)
  return `| ${operation.name} | ${isBuilt(operation) ? 'yes' : '–'} | ${counts.join(' | ')} |`
}

function restsOnAnother({ restsOn }: Conversation): boolean {
  return restsOn !== undefined
}

function countOf(conversations: readonly Conversation[]): string {
  return conversations.length === 0 ? '' : String(conversations.length)
}

function isBuilt({ name }: Operation): boolean {
  return handlers[name] !== undefined
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
