/** `--control-open` as a person meets it: the token is printed once, or is the one of a file or of the environment, and commands bring it. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fromElsewhere, skipInside } from '../harness/from-elsewhere.ts'
import { StatorProcess } from './stator-process.ts'

const open = ['--in-memory', '--port', '0', '--host', '0.0.0.0', '--control-open']
const secret = 'the-token-of-this-test'

async function started(
  t: TestContext,
  words: readonly string[],
  environment = {},
): Promise<{ readonly stator: StatorProcess; readonly url: string }> {
  const stator = new StatorProcess(words, { environment })
  t.after(() => stator.child.kill('SIGKILL'))
  return { stator, url: await fromElsewhere(t, Number(new URL(await stator.endpoint()).port)) }
}

const statusWith = async (url: string, token: string): Promise<number> =>
  (await fetch(`${url}/_stator/info`, { headers: { Authorization: `Bearer ${token}` } })).status

test('A token is made and printed, another one at each start', { skip: skipInside }, async (t) => {
  const tokens: string[] = []
  for (let at = 0; at < 2; at += 1) {
    const { stator, url } = await started(t, open)
    const token = /this token to the console and to control: (\S{32})\n/.exec(stator.out)?.[1] ?? ''
    assert.equal(await statusWith(url, token), 200)
    assert.equal(await statusWith(url, `${token}x`), 401)
    tokens.push(token)
  }
  assert.notEqual(tokens[0], tokens[1])
})

test('A token that is given is not printed; one in the environment is brought by commands, too', { skip: skipInside }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-token-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'token'), `${secret}\n`, { mode: 0o600 })
  const ofFile = await started(t, [...open, '--control-token-file', join(folder, 'token')])
  const ofEnvironment = await started(t, open, { STATOR_CONTROL_TOKEN: secret })
  for (const { stator, url } of [ofFile, ofEnvironment]) {
    assert.equal(await statusWith(url, secret), 200)
    assert.doesNotMatch(stator.out + stator.err, /token-of-this|this token/)
  }
  const { url } = ofFile
  for (const [environment, code] of [
    [{ STATOR_CONTROL_TOKEN: secret }, 0],
    [{}, 1],
  ] as const) {
    const advise = new StatorProcess(['advise', '--json', '--endpoint', url], { environment })
    const { code: ended, err } = await advise.ended
    assert.equal(ended, code, err)
    if (code === 1) assert.match(err, /bring the token/)
  }
})

test('What does not go together, or is no token, is said at the start', async () => {
  for (const [words, environment, sentence] of [
    [['--control-token-file', 'x'], {}, '--control-token-file goes with --control-open, and without --auth.'],
    [
      ['--control-open'],
      { STATOR_CONTROL_TOKEN: 'short' },
      'STATOR_CONTROL_TOKEN cannot be used: it must be 16 or more letters, digits and any of -._~+/',
    ],
    [['--control-open', '--control-token-file', '/nowhere/token'], {}, 'The token in /nowhere/token cannot be used: '],
  ] as const) {
    const { code, err } = await new StatorProcess(['--in-memory', '--port', '0', ...words], { environment }).ended
    assert.equal(code, 2)
    assert.ok(err.startsWith(sentence), err)
  }
})
