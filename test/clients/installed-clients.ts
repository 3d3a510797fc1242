/**
 * Finds the AWS CLI and a Python with boto3 on this machine. Debian's are looked at first: a version manager's shim may come
 * earlier on PATH and work or not.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { skipFor } from '../harness/skip.ts'

/** The command of an AWS CLI version 2 that runs, or undefined. */
export function findAwsCli(): string | undefined {
  return ['/usr/bin/aws', 'aws'].find((command) => prints(command, ['--version'], /^aws-cli\/2\./))
}

/** The command of a Python 3 that can import boto3, or undefined. */
export function findPythonWithBoto3(): string | undefined {
  return ['/usr/bin/python3', 'python3'].find((command) => prints(command, ['-c', 'import boto3; print(boto3.__version__)'], /^\d/))
}

/**
 * The `skip` option of a test that needs a client: its reason where the client is missing. With STATOR_REQUIRE_CLIENTS=1
 * (CI) nothing is skipped, so that a missing client fails.
 */
export function skipWithout(client: string | undefined, name: string): string | false {
  return skipFor(client === undefined ? `${name} is not installed` : undefined)
}

function prints(command: string, options: readonly string[], expected: RegExp): boolean {
  const { status, stdout } = spawnSync(command, options, { encoding: 'utf8', timeout: 30_000 })
  return status === 0 && expected.test(stdout)
}

/** Every AWS CLI of this machine that runs, of whatever version: they speak different protocols with CloudWatch. */
export function findAwsClis(): readonly string[] {
  return commandsNamed('aws').filter((command) => prints(command, ['--version'], /^aws-cli\//))
}

/** Every Python 3 of this machine that can import boto3. */
export function findPythonsWithBoto3(): readonly string[] {
  return commandsNamed('python3').filter((command) => prints(command, ['-c', 'import boto3; print(boto3.__version__)'], /^\d/))
}

/** On PATH and in /usr/bin, each file once. */
function commandsNamed(name: string): readonly string[] {
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(':')].filter((folder) => existsSync(join(folder, name)))
  return [...new Set(folders.map((folder) => realpathSync(join(folder, name))))]
}
