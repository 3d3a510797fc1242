/**
 * The file of answers: JSON with one line for each question, `"name": answer,`, the answer to the byte as it came. A very long one is
 * kept as its digest. And the one list of what may differ from it.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Answers } from './asked.ts'

/**
 * Members of answers that a later version gives another value, each with the reason why that is no harm to whoever kept the old one.
 * They are left out on both sides. Empty is best: what a client has seen holds.
 */
const changedMembers: readonly { readonly name: string; readonly reason: string }[] = []

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
  const ofExpected = [...expected].flatMap(([name, text]) => {
    const now = actual.get(name)
    if (now === undefined) return [`${name}: not answered so any more`]
    return comparable(now) === comparable(text) ? [] : [`${name}\n${difference(comparable(text), comparable(now))}`]
  })
  const unexpected = [...actual].filter(([name]) => !expected.has(name))
  return [...ofExpected, ...unexpected.map(([name, text]) => `${name}: not answered so before: ${shown(text)}`)]
}

function comparable(text: string): string {
  return kept(changedMembers.length === 0 ? text : JSON.stringify(withoutChanged(JSON.parse(text))))
}

function withoutChanged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutChanged)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([name]) => !changedMembers.some((changed) => changed.name === name))
  return Object.fromEntries(members.map(([name, member]) => [name, withoutChanged(member)]))
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
