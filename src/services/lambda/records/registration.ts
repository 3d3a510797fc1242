/** What the API said of a function that a file defines, as it is stored: JSON of just this. */
import type { StoredValue } from '../../../storage/store.ts'

export interface Registration {
  readonly name: string
  /** It was deleted: until it is created again nobody finds it, whatever the file says. */
  readonly isDeleted: boolean
  readonly role?: string
  readonly description?: string
  readonly timeoutSeconds?: number
  readonly memoryMb?: number
  readonly environment?: { readonly [name: string]: string }
  readonly tags: { readonly [key: string]: string }
  readonly modifiedMs: number
}

export function encodeRegistration(registration: Registration): string {
  return JSON.stringify(registration)
}

export function decodeRegistration(value: StoredValue): Registration {
  return JSON.parse(String(value)) as Registration
}
