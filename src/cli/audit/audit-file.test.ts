import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AuditFile } from './audit-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'stator-audit-'))
const opened: AuditFile[] = []
after(async () => {
  await Promise.all(opened.map((file) => file.close()))
  rmSync(folder, { recursive: true })
})

/** One that is closed in the end: what is collected open fails whatever test runs then. */
function auditFile(path: string, bytesMax?: number): AuditFile {
  const file = new AuditFile(path, bytesMax)
  opened.push(file)
  return file
}

function lines(name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}

test('Lines are appended to what is there, for nobody else to read', async () => {
  const path = join(folder, 'a')
  await auditFile(path).append('1\n')
  const again = auditFile(path)
  await again.open()
  await again.append('2\n')
  assert.equal(lines('a'), '1\n2\n')
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test("A file that would become too large is put aside whole, under names that don't collide", async () => {
  const file = auditFile(join(folder, 'b'), 4)
  for (const line of ['1\n', '2\n', '3\n', '4\n', '5 is longer than all of it\n', '6\n']) await file.append(line)
  const aside = readdirSync(folder).filter((name) => /^b\.\d{8}T\d{6}Z(-\d+)?$/.test(name))
  assert.equal(aside.length, 3)
  assert.equal(lines('b'), '6\n')
  assert.deepEqual(aside.map(lines).sort(), ['1\n2\n', '3\n4\n', '5 is longer than all of it\n'])
})

test('A file that somebody else has moved away is not written any more', async () => {
  const file = auditFile(join(folder, 'c'))
  await file.append('1\n')
  renameSync(join(folder, 'c'), join(folder, 'c.1'))
  await file.append('2\n')
  assert.deepEqual([lines('c.1'), lines('c')], ['1\n', '2\n'])
})

test('What cannot be written rejects, and leaves no half a line', async () => {
  await assert.rejects(auditFile(join(folder, 'none', 'd')).open(), { code: 'ENOENT' })
  await assert.rejects(auditFile('/dev/full').append('1\n'), { code: 'ENOSPC' })
})
