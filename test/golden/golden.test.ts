/**
 * Holds every conversation beside this file against a server, and the conversations together to every operation that is built and
 * every exception that can be raised. With REWRITE_GOLDEN=1 the answers that differ are replaced by
 * what the server said, comments untouched: the diff is then what has to be reviewed.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { type ExceptionName, exceptions } from '../../src/api/errors.ts'
import { handlers } from '../../src/operations/registry.ts'
import { exercised } from '../harness/check-answer.ts'
import { alignWith } from '../harness/likeness.ts'
import { TestBuckets } from '../harness/test-buckets.ts'
import { TestStator } from '../harness/test-stator.ts'
import { isOnPostgres } from '../harness/test-storage.ts'
import { asExpected, type Conversation, parseGolden, printAnswer } from './conversation.ts'
import { notRaisedYet, shownElsewhere } from './exceptions-not-held.ts'
import { raisedExceptions } from './raised-exceptions.ts'

const rewrite = process.env.REWRITE_GOLDEN === '1'

for (const name of readdirSync(import.meta.dirname).filter((entry) => entry.endsWith('.txt'))) describe(name, () => holdFile(name))

// What follows runs after the conversations and looks at what they made the server say.

/** Global tables of version 2017.11.29 are neither made nor found, on AWS, either. */
const neverSucceed = [
  'CreateGlobalTable',
  'DescribeGlobalTable',
  'DescribeGlobalTableSettings',
  'UpdateGlobalTable',
  'UpdateGlobalTableSettings',
]

test('every operation that is built is held in a conversation, and answers one with success', () => {
  assert.deepEqual(
    Object.keys(handlers).filter((operation) => !exercised.operations.has(operation)),
    neverSucceed,
  )
})

test('what rests on a guess names one conversation that states it', () => {
  const names = readdirSync(import.meta.dirname).filter((entry) => entry.endsWith('.txt'))
  const all = new Map(names.map((name) => [name, parseGolden(readFileSync(join(import.meta.dirname, name), 'utf8')).conversations]))
  for (const [name, conversations] of all) {
    for (const { title, restsOn } of conversations) {
      if (restsOn === undefined) continue
      const named = all.get(restsOn.file ?? name)?.filter((other) => other.title === restsOn.title && other.isGuess) ?? []
      assert.equal(
        named.length,
        1,
        `${name}, "${title}": ${restsOn.file ?? name} has ${named.length} guesses with the title "${restsOn.title}"`,
      )
    }
  }
})

test('every exception that can be raised ends a conversation or is shown in the test that is named for it', () => {
  const elsewhere = Object.keys(shownElsewhere)
  assert.deepEqual(
    raisedExceptions().filter((name) => !exercised.exceptions.has(name) && !elsewhere.includes(name)),
    [],
  )
  for (const [name, path] of Object.entries(shownElsewhere)) {
    const source = readFileSync(join(import.meta.dirname, '..', '..', path), 'utf8')
    assert.ok(answeredExceptions(source).has(name), `${path} expects no answer that is a ${name}`)
  }
})

test('an exception counts as expected where it is a string of its own or ends a type, not in comments, titles and types', () => {
  const source = `
    // 'A' is told
    /* 'B' */
    test('C is told', () => assert.equal(exception, 'D'))
    assert.equal(body.__type, 'com.amazonaws#E')
    const F: G = expectation("H")`
  assert.deepEqual([...answeredExceptions(source)].sort(), ['D', 'E', 'H'])
})

test('an exception that is listed as not held is not held, and one that is not raised yet is not raised', () => {
  const listed = [...Object.keys(shownElsewhere), ...Object.keys(notRaisedYet)] as ExceptionName[]
  assert.deepEqual(
    listed.filter((name) => exercised.exceptions.has(name)),
    [],
  )
  assert.deepEqual([...raisedExceptions(), ...Object.keys(notRaisedYet)].sort(), Object.keys(exceptions).sort())
})

/** What a test says that an answer is. */
function answeredExceptions(source: string): ReadonlySet<string> {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  return new Set([...code.matchAll(/['"`](?:[\w.]+#)?([A-Z]\w*)['"`]/g)].map(([, name = '']) => name))
}

function holdFile(name: string): void {
  const path = join(import.meta.dirname, name)
  const lines = readFileSync(path, 'utf8').split('\n')
  const { setup, conversations } = parseGolden(lines.join('\n'))
  const replacements: { conversation: Conversation; answer: string[] }[] = []
  let opening: Promise<TestStator> | undefined

  const buckets = new TestBuckets('out')
  // What imports find stands beside the conversations.
  buckets.take(join(import.meta.dirname, 'buckets'))

  const open = async (): Promise<TestStator> => {
    const isOfRegions = conversations.some(({ waits }) => waits.some((wait) => 'region' in wait))
    const dataStreams = { sinks: { streams: { changes: () => {} } } }
    const regions = isOfRegions ? ('isolated' as const) : ('shared' as const)
    const stator = await TestStator.open({ buckets: buckets.options, dataStreams, regions })
    for (const { operation, body } of setup) {
      const input = JSON.parse(body)
      if (operation === 'CreateTable') await stator.createTable(input)
      else await stator.succeed(operation, input)
    }
    return stator
  }

  for (const conversation of conversations) {
    test(conversation.title, async () => {
      opening ??= open()
      const stator = await opening
      for (const wait of conversation.waits) {
        if ('region' in wait) stator.askIn(wait.region)
        else if ('seconds' in wait) await stator.advance(wait.seconds * 1000)
        else await stator.waitUntil(wait.table, wait.status)
      }
      const reply = await stator.callText(conversation.request.operation, conversation.request.body)
      const { expected, unordered } = conversation
      const actual = alignWith(expected, asExpected(reply), { unordered: unordered.map((list) => `body.${list}`), drawnIds: isOnPostgres })
      if (!rewrite) assert.deepEqual(actual, expected)
      else if (!isDeepStrictEqual(actual, expected)) replacements.push({ conversation, answer: printAnswer(reply) })
    })
  }

  after(async () => {
    await (await opening)?.close()
    buckets.remove()
    for (const { conversation, answer } of replacements.reverse()) {
      const { start, end } = conversation.answerLines
      lines.splice(start, end - start, ...answer)
    }
    if (replacements.length > 0) writeFileSync(path, lines.join('\n'))
  })
}
