/** A provider of identities in the file of `--iam-file`: its URL, its clients, and its keys, there or in a file beside it. */
import { clientIdsMax } from '../contract/limits.ts'
import type { FileMembers } from './file-members.ts'
import { type OidcProvider, type ProviderKey, readKeySet } from './oidc-provider.ts'

const urlPattern = {
  pattern: /^https:\/\/[\x21-\x22\x24-\x3e\x40-\x7e]{1,247}$/,
  wanted: 'an address that begins with https://, without a query',
}

/** `textInFile` throws an error of one sentence. */
export function readOidcProvider(members: FileMembers, textInFile: (path: string) => string): OidcProvider {
  const url = members.needed('url', urlPattern)
  members.is(`provider of identities ${url}`)
  const clientIds = members.texts('clientIds')
  if (clientIds.length === 0) members.fail('needs "clientIds", for whom its tokens are')
  if (clientIds.length > clientIdsMax) members.fail(`has more than ${clientIdsMax} "clientIds"`)
  const keys = readKeys(members, textInFile)
  members.end()
  return { kind: 'oidc-provider', name: url.slice('https://'.length), url, clientIds, keys, isFromFile: true }
}

function readKeys(members: FileMembers, textInFile: (path: string) => string): readonly ProviderKey[] {
  const given = members.any('jwks')
  const path = members.text('jwksFile')
  if ((given === undefined) === (path === undefined)) members.fail('needs one of "jwks" and "jwksFile"')
  try {
    return readKeySet(path === undefined ? given : parsed(textInFile(path)))
  } catch (error) {
    return members.fail(`has keys that can't be used: ${path ?? '"jwks"'} ${error instanceof Error ? error.message : String(error)}`)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('is not JSON')
  }
}
