/** Policy documents that come with a request: checked by the language of policies, refused in the exception that IAM has for them. */
import { MalformedPolicy } from '../../../policies/malformed-policy.ts'
import { parsePolicy } from '../../../policies/parse-policy.ts'
import type { PolicyDocument, PolicyKind } from '../../../policies/policy-document.ts'
import { IamError } from '../contract/errors.ts'

export function parsedDocument(kind: PolicyKind, document: string): PolicyDocument {
  try {
    return parsePolicy(kind, document)
  } catch (error) {
    if (error instanceof MalformedPolicy) throw new IamError('MalformedPolicyDocumentException', error.message)
    throw error
  }
}

/** What quotas count: characters, white space left out. */
export function documentSize(document: string): number {
  return document.replaceAll(/[\t\n\r ]/g, '').length
}
