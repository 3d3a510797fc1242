/**
 * The console over HTTP: the files of a page that asks the server everything else itself. Every address below its own that names no file is a view of
 * that page. Whom control refuses is refused here in the same words; where signatures are asked for the page is anybody's, and asks who he is.
 */
import type { Answer } from '../../protocols/answer.ts'
import { type AccessRules, checkAllowed } from '../control/allowed.ts'
import { ControlError } from '../control/control-error.ts'
import type { ControlGuard } from '../control/control-guard.ts'
import { acceptedEncoding, encoded } from '../encode-answer.ts'
import type { HttpAnswer, HttpRequest } from '../http-request.ts'
import { consoleFileName, consoleRoot, isSessionAddress } from './console-address.ts'
import { answerSession } from './console-session.ts'
import type { ConsoleFiles } from './package-files.ts'

/** Read: it shows everything and changes nothing. */
export type ConsoleMode = 'off' | 'read' | 'full'

export interface ConsoleOptions extends AccessRules {
  readonly mode: ConsoleMode
  readonly files: ConsoleFiles
  /** Whether requests must be signed by somebody known. */
  readonly isSigned: boolean
  /** Asks those of other machines for a token. Left out: nobody is asked for one. */
  readonly guard?: ControlGuard | undefined
}

/** Everything is the page's own: nothing of it comes from elsewhere, and no page shows it inside of its own. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
}

/** Those with a part of their content in their names never change. */
const named = /-[A-Za-z0-9_-]{8}\.\w+$/

export async function answerConsole(options: ConsoleOptions, request: HttpRequest): Promise<HttpAnswer> {
  if (isSessionAddress(request)) return answerSession(options, options.guard, request)
  const refusal = options.isSigned ? undefined : refusalOf(options, request)
  if (refusal !== undefined) return answer(403, [], textOf(`${refusal}\n`), 'txt')
  const name = consoleFileName(request.url)
  if (name === undefined) return answer(302, ['Location', `${consoleRoot}/`], textOf(''), 'txt')
  const file = await options.files(name)
  if (file !== undefined && name !== 'index.html') return compressed(request, name, file)
  // An address with an ending in its last part was meant to be a file.
  if (/\.(js|css|svg|map|ico)$/.test(name)) return answer(404, [], textOf(`There is no ${name}.\n`), 'txt')
  const page = await options.files('index.html')
  if (page === undefined) return answer(404, [], textOf('This Stator was built without its console: npm run build makes it.\n'), 'txt')
  return compressed(request, 'index.html', withSettings(page, options))
}

function refusalOf(rules: AccessRules, request: HttpRequest): string | undefined {
  try {
    // A link on another site may lead here: it shows nothing to that site.
    const { 'sec-fetch-site': _, ...headers } = request.headers
    const isLink = request.headers['sec-fetch-mode'] === 'navigate'
    checkAllowed(rules, isLink ? { method: request.method, socket: request.socket, headers } : request)
    return undefined
  } catch (error) {
    if (error instanceof ControlError) return error.message
    throw error
  }
}

/** What the page must know before it asks anything. */
function withSettings(page: Uint8Array, { mode, isSigned }: ConsoleOptions): Uint8Array {
  const text = Buffer.from(page).toString()
  return textOf(text.replace('<!-- settings -->', `<meta name="stator-console" content="${mode}${isSigned ? ' signed' : ''}">`))
}

async function compressed(request: HttpRequest, name: string, file: Uint8Array): Promise<HttpAnswer> {
  const encoding = acceptedEncoding(request.headers['accept-encoding'])
  const caching = ['Cache-Control', named.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache']
  const ending = name.slice(name.lastIndexOf('.') + 1)
  if (encoding === undefined) return answer(200, caching, file, ending)
  return answer(200, [...caching, 'Content-Encoding', encoding, 'Vary', 'Accept-Encoding'], await encoded(file, encoding), ending)
}

function answer(status: Answer['status'], lines: readonly string[], body: Uint8Array, ending: string): HttpAnswer {
  const type = types[ending] ?? 'application/octet-stream'
  const safe = ['Content-Security-Policy', policy, 'X-Content-Type-Options', 'nosniff', 'Referrer-Policy', 'no-referrer']
  const all = ['Server', 'Server', 'Content-Type', type, ...safe, ...lines, 'Content-Length', String(body.length)]
  return { status, lines: all, body, bodyBytes: body.length }
}

function textOf(text: string): Uint8Array {
  return Buffer.from(text)
}
