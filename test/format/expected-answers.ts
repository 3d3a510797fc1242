/**
 * The file of answers: JSON with one line for each question, `"name": answer,`, the answer to the byte as it came. A very long one is
 * kept as its digest. And the one list of what may differ from it.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Answers } from './asked.ts'

interface ChangedAnswer {
  readonly question: RegExp
  /** Members that have another value now, left out on both sides. None: the same JSON, written otherwise. */
  readonly members: readonly string[]
  /** Why that is no harm to whoever kept the old one. */
  readonly reason: string
}

/** Answers that a later version gives otherwise. Empty is best: what a client has seen holds. */
const changedAnswers: readonly ChangedAnswer[] = [
  {
    question: /^main \| GET tables(\/Half(\/partitions)?)?$/,
    members: ['itemCount', 'sizeBytes', 'estimatedSizeBytes'],
    reason: 'an index that is being filled begins again when it is carried over, and counts what it holds as it is filled',
  },
  {
    question: /^main \| Describe(ScalingPolicies|ScheduledActions) all$/,
    members: [],
    reason: 'auto scaling writes its answers by the shapes of the model, as CloudWatch does: doubles as such, members in its order',
  },
]

/** What was answered with success and is refused now, or the other way round, and why. */
const refusedNow: readonly Pick<ChangedAnswer, 'question' | 'reason'>[] = [
  { question: /^main \| ListTagsOfResource Creating( -> 400)?$/, reason: 'tagging does not know a table that is still being created' },
  { question: /^main \| DescribeTimeToLive Grown( -> 400)?$/, reason: 'time to live of a table that is being deleted is not described' },
]

const lineForm = /^ {2}("(?:[^"\\]|\\.)*"): (.*?),?$/s
const textLengthMax = 20_000
const differencesShownMax = 5
const shownLengthMax = 300

export function writeAnswers(file: string, answers: Answers): void {
  const lines = [...answers].map(([name, text]) => `  ${JSON.stringify(name)}: ${kept(text)}`)
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`)
}

export function readAnswers(file: string): Answers {
  const lines = readFileSync(file, 'utf8').split('\n').slice(1, -2)
  return new Map(
    lines.map((line) => {
      const [, name = '', text = ''] = lineForm.exec(line) ?? []
      return [JSON.parse(name) as string, text]
    }),
  )
}

/** Those whose names begin with the prefix. */
export function answersOf(answers: Answers, prefix: string): Answers {
  return new Map([...answers].filter(([name]) => name.startsWith(`${prefix} | `)))
}

/** Throws an AssertionError that shows the first differences. */
export function assertSameAnswers(actual: Answers, expected: Answers): void {
  const differences = differencesOf(actual, expected)
  const list = differences.slice(0, differencesShownMax).join('\n')
  assert.ok(differences.length === 0, `${differences.length} of ${expected.size} answers differ:\n${list}`)
}

/** A text for each question that is answered in one of them alone, or otherwise; it begins with the name of the question. */
export function differencesOf(actual: Answers, expected: Answers): readonly string[] {
  const isKept = ([name]: readonly [string, string]): boolean => !refusedNow.some(({ question }) => question.test(name))
  const ofExpected = [...expected].filter(isKept).flatMap(([name, text]) => {
    const now = actual.get(name)
    if (now === undefined) return [`${name}: not answered so any more`]
    const [was, is] = [comparable(name, text), comparable(name, now)]
    return was === is || isDearer(name, was, now) ? [] : [`${name}\n${difference(was, is)}`]
  })
  const unexpected = [...actual].filter(isKept).filter(([name]) => !expected.has(name))
  return [...ofExpected, ...unexpected.map(([name, text]) => `${name}: not answered so before: ${shown(text)}`)]
}

/** Capacity units, scores and bytes of vectors are doubles, and are written with their point now; they were without before, also in what is kept as a digest. */
const pointsOfDoubles = /("(?:(?:Read|Write)?CapacityUnits|Score|Vector\w+RequestBytes)":-?\d+)\.0(?=[,}])/g

/** What a page of a Scan may have cost before it cost half a unit at least for each partition that it reads, of which tables here have a dozen. */
const unitsBefore = Array.from({ length: 24 }, (_, halves) => (halves + 1) / 2)

/** Whether the answer is the one before, but for what it costs. */
function isDearer(name: string, was: string, now: string): boolean {
  if (!/ page \d+$/.test(name)) return false
  const costing = (units: number): string => now.replaceAll(/("CapacityUnits":)(?!0[.,}]0?[,}])[\d.]+/g, `$1${units}`)
  return unitsBefore.some((units) => comparable(name, costing(units)) === was)
}

function comparable(name: string, answer: string): string {
  const text = answer.replace(pointsOfDoubles, '$1')
  const changed = changedAnswers.find(({ question }) => question.test(name))
  return kept(changed === undefined ? text : JSON.stringify(inOrder(JSON.parse(text), changed.members)))
}

/** The value with its members in the order of their names, without those that are left out. */
function inOrder(value: unknown, leftOut: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => inOrder(each, leftOut))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([name]) => !leftOut.includes(name))
  members.sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member, leftOut)]))
}

function kept(text: string): string {
  if (text.length <= textLengthMax) return text
  return JSON.stringify({ sha256: createHash('sha256').update(text).digest('hex'), lengthChars: text.length })
}

/** Both texts from a little before the place where they part. */
function difference(was: string, is: string): string {
  let at = 0
  while (at < was.length && was[at] === is[at]) at += 1
  const from = Math.max(0, at - 100)
  const cut = from === 0 ? '' : '… '
  return `  was ${cut}${shown(was.slice(from))}\n  is  ${cut}${shown(is.slice(from))}`
}

function shown(text: string): string {
  return text.length > shownLengthMax ? `${text.slice(0, shownLengthMax)} …` : text
}
