/** A browser of another machine signs in with the token, and out: what it is told, and the cookie that it gets (control/control-guard.ts). */
import { parseBody } from '../../protocols/parse-body.ts'
import { type AccessRules, checkAllowed } from '../control/allowed.ts'
import { ControlError } from '../control/control-error.ts'
import type { ControlGuard } from '../control/control-guard.ts'
import type { HttpAnswer, HttpRequest } from '../http-request.ts'
import { sessionBodyBytesMax } from '../limits.ts'
import { readBody } from '../read-body.ts'

/** Answers a POST of `{ "token" }`, or a DELETE. Rejects only when the client goes away first. */
export async function answerSession(rules: AccessRules, guard: ControlGuard | undefined, request: HttpRequest): Promise<HttpAnswer> {
  try {
    checkAllowed(rules, request)
    if (guard === undefined) throw new ControlError(404, 'This server asks for no token.')
    if (request.method === 'DELETE') return answer(200, {}, guard.signOut(request))
    return answer(200, {}, guard.signIn(await tokenIn(request), request))
  } catch (error) {
    if (error instanceof ControlError) return answer(error.status, { error: error.message })
    throw error
  }
}

async function tokenIn(request: HttpRequest): Promise<string> {
  const { body } = await readBody(request, sessionBodyBytesMax)
  if (typeof body === 'string') throw new ControlError(400, 'The body is none that has a token.')
  const { token } = parsed(body)
  if (typeof token !== 'string' || token === '') throw new ControlError(400, '"token" is missing.')
  return token
}

function parsed(body: Uint8Array): { readonly token?: unknown } {
  try {
    const value = parseBody(body)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    throw new ControlError(400, 'The body is not JSON.')
  }
}

function answer(status: number, value: object, setCookie?: string): HttpAnswer {
  const body = `${JSON.stringify(value)}\n`
  const lines = ['Server', 'Server', 'Content-Type', 'application/json', 'Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff']
  const cookies = setCookie === undefined ? [] : ['Set-Cookie', setCookie]
  return { status, lines: [...lines, ...cookies, 'Content-Length', String(body.length)], body, bodyBytes: body.length }
}
