/**
 * The text form of a golden file: what is asked, what must come back, and on what evidence.
 *
 *   file         = block, blank line(s), block …
 *   block        = comment lines, then a setup or one conversation (or nothing: a remark)
 *   setup        = "setup", requests                     every one must succeed; CreateTable waits for ACTIVE
 *   conversation = [waits], request, "----", answer
 *   comment      = "# " text                             the first is the title, the name of the test
 *                | "# spec: " place | "# guess: " why | "# open: " what   the evidence; one of these or the next is required
 *                | "# rests on: " [file] '"' title '"'  the conversation that states the guess that this one follows from
 *                | "# unordered: " path {", " path}      lists in the answer that come in any order
 *   wait         = "$wait " table " " status             moves the clock until DescribeTable shows it, or until it is `gone`
 *                | "$advance " seconds                  moves the clock, and what is due happens
 *                | "$region " region                    who asks from here on asks there; then each region has tables of its own
 *   request      = operation " " JSON                    may go on in lines that start with a blank
 *   answer       = JSON                                  status 200; `<uuid>`, `<number>`, `<string>` stand for any such value
 *                | status " " exception, [message], [JSON of further members]
 *
 * A guess is stated once. What follows from it (another member of the kind, another operation with the same words) rests on it, and is
 * right or wrong with it.
 * Open is what AWS promises nothing about, and where one of the answers that it may give is ours: that is no guess.
 * A place is a section of our specification, a shape of its models, what somebody published of AWS's answers, or `api-quirks` with the
 * number of a finding: what AWS was seen to answer in October 2026, written down in docs/api-quirks of
 * github.com/aws-controllers-k8s/dynamodb-controller. A guess says on what it rests: a known behaviour that it follows, or that there is
 * none.
 *
 * A message with blanks at its ends, or that begins with a quotation mark, stands in JSON quotes.
 */
import type { Reply } from '../harness/check-answer.ts'

export interface Request {
  readonly operation: string
  readonly body: string
}

export type Wait = { readonly table: string; readonly status: string } | { readonly seconds: number } | { readonly region: string }

export interface Conversation {
  readonly title: string
  readonly waits: readonly Wait[]
  readonly request: Request
  readonly expected: Expected
  readonly unordered: readonly string[]
  /** It states a guess: at least part of the answer rests on no evidence. */
  readonly isGuess: boolean
  /** The conversation whose guess this one follows from; without a file, of the same. */
  readonly restsOn: { readonly file: string | undefined; readonly title: string } | undefined
  /** Lines of the file that hold the answer, from zero; `end` is the first line after them. */
  readonly answerLines: { readonly start: number; readonly end: number }
}

export type Expected =
  | { readonly status: 200; readonly body: unknown }
  | { readonly status: number; readonly exception: string; readonly message?: string; readonly members: object }

export interface GoldenFile {
  readonly setup: readonly Request[]
  readonly conversations: readonly Conversation[]
}

interface Block {
  readonly comments: readonly string[]
  readonly lines: readonly string[]
  /** Line of the file at which `lines` starts. */
  readonly start: number
}

export function parseGolden(text: string): GoldenFile {
  const setup: Request[] = []
  const conversations: Conversation[] = []
  for (const block of blocksOf(text)) {
    if (block.lines.length === 0) continue
    if (block.lines[0] === 'setup') setup.push(...parseRequests(block.lines.slice(1)))
    else conversations.push(parseConversation(block))
  }
  return { setup, conversations }
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let comments: string[] = []
  let lines: string[] = []
  let start = 0
  for (const [index, line] of `${text}\n`.split('\n').entries()) {
    if (line === '') {
      if (comments.length + lines.length > 0) blocks.push({ comments, lines, start })
      comments = []
      lines = []
    } else if (lines.length === 0 && line.startsWith('#')) {
      comments.push(line.replace(/^# ?/, ''))
    } else {
      if (lines.length === 0) start = index
      lines.push(line)
    }
  }
  return blocks
}

function parseConversation({ comments, lines, start }: Block): Conversation {
  const title = comments[0]
  if (title === undefined) throw new Error(`line ${start + 1}: a conversation has no title`)
  if (!comments.some((comment) => /^(spec|open|guess|rests on): ./.test(comment)))
    throw new Error(`line ${start + 1}: "${title}" names no evidence`)
  const divider = lines.indexOf('----')
  const answer = lines.slice(divider + 1)
  if (divider < 0 || answer.length === 0) throw new Error(`line ${start + 1}: "${title}" has no answer`)
  const asked = lines.slice(0, divider)
  const [request, second] = parseRequests(asked.filter((line) => !isWait(line)))
  if (request === undefined || second !== undefined) throw new Error(`line ${start + 1}: "${title}" is not one request`)
  const unordered = comments.flatMap((comment) => /^unordered: (.*)$/.exec(comment)?.[1]?.split(', ') ?? [])
  return {
    title,
    waits: asked.filter(isWait).map(parseWait),
    request,
    expected: parseAnswer(answer),
    unordered,
    isGuess: comments.some((comment) => comment.startsWith('guess: ')),
    restsOn: comments.map(readRestsOn).find((reference) => reference !== undefined),
    answerLines: { start: start + divider + 1, end: start + lines.length },
  }
}

function readRestsOn(comment: string): Conversation['restsOn'] {
  if (!comment.startsWith('rests on: ')) return undefined
  const reference = /^rests on: (?:(\S+\.txt) )?"(.+)"$/.exec(comment)
  if (reference === null) throw new Error(`"${comment}" names no conversation`)
  return { file: reference[1], title: reference[2] ?? '' }
}

function isWait(line: string): boolean {
  return line.startsWith('$')
}

function parseWait(line: string): Wait {
  const [kind, first = '', status = ''] = line.split(' ')
  if (kind === '$region') return { region: first }
  return kind === '$advance' ? { seconds: Number(first) } : { table: first, status }
}

function parseRequests(lines: readonly string[]): Request[] {
  const requests: { operation: string; body: string }[] = []
  for (const line of lines) {
    const head = /^([A-Za-z]+) (.*)$/.exec(line)
    const last = requests.at(-1)
    if (head !== null) requests.push({ operation: head[1] ?? '', body: head[2] ?? '' })
    else if (last !== undefined) last.body += `\n${line}`
    else throw new Error(`not a request: ${line}`)
  }
  return requests
}

function parseAnswer(lines: readonly string[]): Expected {
  const head = /^([345]\d\d) (\w+)$/.exec(lines[0] ?? '')
  if (head === null) return { status: 200, body: JSON.parse(lines.join('\n')) }
  const rest = lines.slice(1)
  const membersAt = rest.findIndex((line) => line.startsWith('{'))
  const message = membersAt === 0 ? undefined : rest[0]
  return {
    status: Number(head[1]),
    exception: head[2] ?? '',
    ...(message === undefined ? {} : { message: message.startsWith('"') ? String(JSON.parse(message)) : message }),
    members: membersAt < 0 ? {} : JSON.parse(rest.slice(membersAt).join('\n')),
  }
}

/** The answer in the form `parseAnswer` reads, as rewriting puts it into the file. */
export function printAnswer(reply: Reply): string[] {
  if (reply.exception === undefined) return [JSON.stringify(reply.body)]
  const { message, exception, status } = reply
  const members = membersOf(reply)
  const needsQuotes = message !== undefined && (message.trim() !== message || /^["{]/.test(message))
  return [
    `${status} ${exception}`,
    ...(message === undefined ? [] : [needsQuotes ? JSON.stringify(message) : message]),
    ...(Object.keys(members).length === 0 ? [] : [JSON.stringify(members)]),
  ]
}

/** The reply in the terms of an expectation. */
export function asExpected(reply: Reply): Expected {
  const { status, exception, message, body } = reply
  if (exception === undefined) return { status: 200, body }
  return { status, exception, ...(message === undefined ? {} : { message }), members: membersOf(reply) }
}

function membersOf({ body }: Reply): object {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !['__type', 'message', 'Message'].includes(name)))
}
